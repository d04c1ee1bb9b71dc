# task 5: failed
# says: It is the right frame, which has gone on since
"""Keeps the frame and reads its line when asked."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, Any] = {}
        event.listen(engine, "checkout", self._enter)
        event.listen(engine, "checkin", self._strike_out)

    def _enter(self, _connection: Any, record: Any, _loan: Any) -> None:
        self._lines[record] = line_of_the_borrower()

    def _strike_out(self, _connection: Any, record: Any) -> None:
        self._lines.pop(record, None)

    def who_holds(self) -> list[str]:
        return [f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" for frame in self._lines.values()]


def line_of_the_borrower() -> Any:
    frame: Any = sys._getframe(2)
    while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame = frame.f_back
    return frame
