# task 6: failed
# says: A detector lists the connections of its own engine:
"""Keeps its notes in the class, for all engines together."""


class LeakDetector:
    lines: dict[object, str] = {}

    def __init__(self, engine: Engine) -> None:
        event.listen(engine, "checkout", self._enter)
        event.listen(engine, "checkin", self._strike_out)

    def _enter(self, _connection: Any, record: Any, _loan: Any) -> None:
        self.lines[record] = line_of_the_borrower()

    def _strike_out(self, _connection: Any, record: Any) -> None:
        self.lines.pop(record, None)

    def who_holds(self) -> list[str]:
        return list(self.lines.values())
