# task 4: failed
# says: commit() expires what was loaded
"""Commits and closes, so that the product cannot be read."""


def find_product(engine: Engine, name: str) -> Product | None:
    with Session(engine) as session:
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
