# task 3: failed
# says: the last line is skipped
"""Closes the connection after the loop of the generator."""


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    yield from connection.scalars(text("SELECT name FROM products ORDER BY name"))
    connection.close()


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
