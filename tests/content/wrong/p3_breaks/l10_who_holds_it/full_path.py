# task 1: failed
# says: without its folders
"""Names the file with all its folders."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
