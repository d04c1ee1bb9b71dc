# task 6: failed
# says: The event `checkin` strikes out the connection that was returned, whichever it is:
"""Strikes out whichever line was noted first."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self.lines: list[str] = []
        event.listen(engine, "checkout", self.enter)
        event.listen(engine, "checkin", self.strike_out)

    def enter(self, dbapi_connection: Any, record: Any, loan: Any) -> None:
        frame: Any = sys._getframe(1)
        while frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
            frame = frame.f_back
        self.lines.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")

    def strike_out(self, dbapi_connection: Any, record: Any) -> None:
        self.lines.pop(0)  # whoever came first leaves first

    def who_holds(self) -> list[str]:
        return list(self.lines)
