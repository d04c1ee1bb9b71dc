# task 5: failed
# says: site-packages/shop
"""Skips everything that is installed."""


def line_of_the_borrower() -> str:
    frame: Any = sys._getframe(2)
    while (
        "site-packages" in frame.f_code.co_filename
        or frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES
    ):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
