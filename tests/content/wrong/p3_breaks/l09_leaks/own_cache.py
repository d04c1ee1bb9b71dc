# task 4: failed
# says: a cache beside it
"""Keeps connections in a cache, now one for all products."""

kept = {}


def stock_of(engine: Engine, name: str) -> int:
    if "stock" not in kept:
        kept["stock"] = engine.connect()
    return kept["stock"].execute(text("SELECT stock FROM products WHERE name = :name"), {"name": name}).scalar_one()


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
