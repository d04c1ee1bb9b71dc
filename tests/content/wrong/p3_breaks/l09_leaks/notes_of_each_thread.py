# task 6: failed
# says: one detector has the notes of all
# passes in the page, which has no threads
"""Has notes of its own in each thread."""

import threading


class LeakDetector(threading.local):
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", self._enter)
        event.listen(engine, "checkin", self._strike_out)

    def _enter(self, _connection: Any, record: Any, _loan: Any) -> None:
        self._lines[record] = line_of_the_borrower()

    def _strike_out(self, _connection: Any, record: Any) -> None:
        self._lines.pop(record, None)

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
