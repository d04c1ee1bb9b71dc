# task 5: failed
# says: What a listener raises fails the checkout.
"""Takes for granted that the stack goes on."""


def calling_line() -> str:
    frame: Any = sys._getframe(2)
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
