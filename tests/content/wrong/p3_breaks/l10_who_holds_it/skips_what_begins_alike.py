# task 1: failed
# says: whatever its name and folder
"""Skips every module whose name begins with a library's."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_globals.get("__name__", "").startswith(tuple(LIBRARIES)):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
