# task 1: failed
# says: The transaction has ended, the connection is in use:
"""Believes that a connection's commit returns it."""


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    price = connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    connection.commit()
    if price is None:
        return None
    return price


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
