# task 2: failed
# says: A transaction of its own for each price:
"""Looks at all prices first and saves the good ones in one transaction."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = [ValueError(f"{name} cannot cost {price}") for name, price in prices.items() if price <= 0]
    good = [{"name": name, "price": price} for name, price in prices.items() if price > 0]
    with engine.begin() as connection:
        for values in good:
            connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
    return refused
