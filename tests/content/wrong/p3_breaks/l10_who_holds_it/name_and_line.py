# task 1: failed
# says: A line is written as its file and its number
"""Writes the function's name, as the page's first listener does."""


def calling_line() -> str:
    for frame in stack():
        module = frame.f_globals.get("__name__", "")
        if module != __name__ and module.partition(".")[0] not in LIBRARIES:
            return f"{frame.f_code.co_name}, line {frame.f_lineno}"
    return "unknown"
