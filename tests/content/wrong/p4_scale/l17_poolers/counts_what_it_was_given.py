# task 4: failed
# says: How many prices are others than before
"""Counts the products that were named."""


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    with engine.begin() as connection:
        for name, price in prices.items():
            connection.execute(
                text("UPDATE products SET price = :price WHERE name = :name"), {"name": name, "price": price}
            )
    return len(prices)
