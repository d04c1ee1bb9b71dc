# task 1: failed
# says: That is too far out
"""Goes on to the outermost frame that is not of a library."""


def calling_line() -> str:
    ours = [frame for frame in stack() if frame.f_globals.get("__name__", "").partition(".")[0] not in LIBRARIES]
    return f"{Path(ours[-1].f_code.co_filename).name}:{ours[-1].f_lineno}"
