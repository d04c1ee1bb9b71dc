"""The interactive blocks by name: `/// NAME | ARGUMENT`, a line of slashes below. True: the block needs an argument."""

BLOCKS = {
    "quiz": True,  # TOPIC: the lesson's questions
    "exercise": True,  # TOPIC: what to do, how to grade it, the worked solution folded
    "proof": True,  # TOPIC.ID: the test behind an answer
    "pool": True,  # SCENARIO: something to touch
    "live": False,  # around a fence: Python that runs in the page
    "sizing": False,  # the sizing calculator
    "agreement": False,  # simulator and real pools, compared
    "assigned": False,  # the frame of the assigned mode
    "generated": True,  # TOPIC: the lesson's generated questions
    "schedule": False,  # lessons, minutes, sessions
    "beliefs": True,  # TOPIC: which wrong answers of a lesson show which belief
    "errors": False,  # the error finder and its index
    "labs": False,  # the labs with their questions
    "course-map": False,  # parts and lessons, on the landing page
}
