# task 1: failed
# says: In a package __name__ is shop.detector
"""Skips every module of the package in which it lives."""


def calling_line() -> str:
    own = __name__.partition(".")[0]
    for frame in stack():
        if frame.f_globals.get("__name__", "").partition(".")[0] not in {own, *LIBRARIES}:
            return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    return "unknown"
