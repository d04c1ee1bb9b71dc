# task 6: failed
# says: a frame holds all its variables
"""Keeps the frame of the borrower and reads its line later."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in self._lines.values()]


def line_of_the_borrower() -> Any:
    frame: Any = sys._getframe(2)  # two frames are ours: this function and the listener
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return frame, frame.f_lineno
