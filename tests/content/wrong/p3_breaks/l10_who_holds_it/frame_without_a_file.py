# task 1: failed
# says: a frame without a file
"""Skips the files in SQLAlchemy's folder; a generated frame has none."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    skip = ("/sqlalchemy/", "contextlib.py", "l10_who_holds_it.py")
    while any(part in frame.f_code.co_filename.replace("\\", "/") for part in skip):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
