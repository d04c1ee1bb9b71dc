# task 4: failed
# says: That is further out than the line that took it
"""Takes the outermost frame."""


def line_that_took_it() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_back:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
