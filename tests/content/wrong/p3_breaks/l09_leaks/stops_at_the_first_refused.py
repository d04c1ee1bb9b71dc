# task 2: failed
# says: A refused price does not keep the next one from being saved.
"""Catches the error around the loop."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    try:
        for name, price in prices.items():
            with engine.begin() as connection:
                values = {"name": name, "price": price}
                connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                if price <= 0:
                    raise ValueError(f"{name} cannot cost {price}")
    except ValueError as error:
        refused.append(error)
    return refused
