# task 5: failed
# says: Nothing was noted.
"""Listens to the opening of connections, not to checkouts."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self.lines: dict[Any, str] = {}
        event.listen(engine, "connect", self.enter)
        event.listen(engine, "checkin", self.strike_out)

    def enter(self, dbapi_connection: Any, record: Any) -> None:
        frame: Any = sys._getframe(1)
        while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
            frame = frame.f_back
        self.lines[record] = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"

    def strike_out(self, dbapi_connection: Any, record: Any) -> None:
        self.lines.pop(record, None)

    def who_holds(self) -> list[str]:
        return list(self.lines.values())
