# task 5: failed
# says: the functions beside it
"""Skips the whole file of the detector."""


def line_of_the_borrower() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_code.co_filename == __file__ or frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
