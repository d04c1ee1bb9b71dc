# task 1: failed
# says: That is the line of the `def`.
"""Names the line on which the function begins."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_firstlineno}"
