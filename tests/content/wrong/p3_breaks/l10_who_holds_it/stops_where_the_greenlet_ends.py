# task 5: failed
# says: the stack ends there and goes on in the parent's frame
"""Stops where the stack of the greenlet ends."""


def stack() -> Iterator[FrameType]:
    frame: Any = sys._getframe(1)
    while frame:
        yield frame
        frame = frame.f_back
