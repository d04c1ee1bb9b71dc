# task 6: failed
# says: One entry for each connection, the oldest first;
"""Never removes a record, so that a reused connection keeps its old place."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str | None] = {}
        event.listen(engine, "checkout", self._enter)
        event.listen(engine, "checkin", self._strike_out)

    def _enter(self, _connection: Any, record: Any, _loan: Any) -> None:
        self._lines[record] = line_of_the_borrower()

    def _strike_out(self, _connection: Any, record: Any) -> None:
        self._lines[record] = None

    def who_holds(self) -> list[str]:
        return [line for line in self._lines.values() if line]
