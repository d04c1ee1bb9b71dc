# task 1: failed
# says: whatever its name and folder
"""Skips whatever lies in site-packages."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while "site-packages" in frame.f_code.co_filename or frame.f_globals["__name__"].partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
