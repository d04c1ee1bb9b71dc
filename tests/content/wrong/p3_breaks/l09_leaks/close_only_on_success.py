# task 2: failed
# says: its traceback keeps the frame
"""Closes in the last line of the try block, which an error skips."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    for name, price in prices.items():
        try:
            connection = engine.connect()
            values = {"name": name, "price": price}
            connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
            if price <= 0:
                raise ValueError(f"{name} cannot cost {price}")
            connection.commit()
            connection.close()
        except ValueError as error:
            refused.append(error)
    return refused


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
