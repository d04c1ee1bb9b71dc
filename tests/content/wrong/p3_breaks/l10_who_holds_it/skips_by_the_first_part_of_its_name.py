# task 1: failed
# says: In a package __name__ is shop.detector
"""Compares the whole of its own name with the first part of each frame's: works at the top level only."""

LIBRARIES = {"sqlalchemy", __name__, *sys.stdlib_module_names}


def calling_line() -> str:
    for frame in stack():
        if frame.f_globals.get("__name__", "").partition(".")[0] not in LIBRARIES:
            return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    return "unknown"
