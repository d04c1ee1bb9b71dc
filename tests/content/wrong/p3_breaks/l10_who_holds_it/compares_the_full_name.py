# task 1: failed
# says: mock.py is of Python's own library
"""Compares the full name, so that modules inside of packages are missed."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while (name := frame.f_globals.get("__name__", "")).startswith("sqlalchemy.") or name in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
