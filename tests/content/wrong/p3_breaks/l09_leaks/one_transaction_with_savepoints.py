# task 2: failed
# says: A savepoint is a part of its transaction, and is rolled back with it.
"""Saves all prices in one transaction, with savepoints."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    with engine.begin() as connection:
        for name, price in prices.items():
            try:
                with connection.begin_nested():
                    values = {"name": name, "price": price}
                    connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                    if price <= 0:
                        raise ValueError(f"{name} cannot cost {price}")
            except ValueError as error:
                refused.append(error)
    return refused
