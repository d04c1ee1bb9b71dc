# task 1: failed
# says: That is your listener
"""Names the innermost frame."""


def calling_line() -> str:
    frame: Any = sys._getframe(1)
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
