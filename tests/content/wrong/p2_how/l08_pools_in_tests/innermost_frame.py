# task 4: failed
# says: That line belongs to a library
"""Takes the frame that calls the listener."""


def line_that_took_it() -> str:
    frame: Any = sys._getframe(2)
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
