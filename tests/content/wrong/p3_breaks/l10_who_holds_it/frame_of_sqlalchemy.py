# task 1: failed
# says: a line of SQLAlchemy's own
"""Names the frame that called the listener."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)

    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
