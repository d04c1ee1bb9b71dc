# task 5: failed
# says: begin() comes through contextlib
"""Skips SQLAlchemy and forgets Python's own library."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())


LIBRARIES = {"sqlalchemy"}  # engine.begin() comes through contextlib
