# task 6: failed
# says: One entry for each connection, the oldest first;
"""Counts how often each line borrows."""

from collections import Counter


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines, self._of = Counter(), {}
        event.listen(engine, "checkout", self._enter)
        event.listen(engine, "checkin", self._strike_out)

    def _enter(self, _connection: Any, record: Any, _loan: Any) -> None:
        self._of[record] = line = line_of_the_borrower()
        self._lines[line] += 1

    def _strike_out(self, _connection: Any, record: Any) -> None:
        self._lines[self._of.pop(record)] -= 1

    def who_holds(self) -> list[str]:
        return list(self._lines.elements())
