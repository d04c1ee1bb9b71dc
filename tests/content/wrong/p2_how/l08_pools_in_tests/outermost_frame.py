# task 4: failed
# says: inside of the function that the test calls
"""Goes out too far, to the line of the test."""


def line_that_took_it() -> str:
    frame: Any = sys._getframe(2)
    while not frame.f_code.co_name.startswith("test_") and frame.f_back:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
