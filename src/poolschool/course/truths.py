"""Where to read on about a belief: the truth in a line, and the page and anchor that put it to the test.

Reads the file as it is; whether it is right is held by the tests, and no grading waits for that.
"""

import tomllib

from poolschool.course.lessons import Course


def truths(course: Course) -> dict[str, tuple[str, str]]:
    """Give truth and place (`docs/STEM.md#anchor`) by belief, as a report shows them; nothing if there is no such file."""
    try:
        known = tomllib.loads((course.root / "quizzes" / "beliefs.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    stems = {lesson.topic: lesson.stem for lesson in course.lessons}
    return {
        name: (str(entry.get("truth", "")), f"docs/{stems[entry['lesson']]}.md#{entry.get('anchor', '')}")
        for name, entry in known.items()
        if isinstance(entry, dict) and isinstance(entry.get("lesson"), str) and entry["lesson"] in stems
    }
