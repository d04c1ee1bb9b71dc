# task 3: failed
# says: Rows come through the connection
"""Returns the connection before the result is read."""


def product_names(engine: Engine) -> Iterator[str]:
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT name FROM products ORDER BY name"))
    yield from found


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
