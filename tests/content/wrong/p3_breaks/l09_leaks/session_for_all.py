# task 4: failed
# says: commit() expires what was loaded:
"""Keeps one session for everybody and commits it after each look."""

sessions: dict[Engine, Session] = {}


def find_product(engine: Engine, name: str) -> Product | None:
    session = sessions.setdefault(engine, Session(engine))
    product = session.get(Product, name)
    session.commit()
    return product


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
