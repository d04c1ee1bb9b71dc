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
