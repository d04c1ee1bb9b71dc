# task 2: failed
# says: Returning a connection rolls back what was not committed.
"""Returns after each price and forgets to commit."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    for name, price in prices.items():
        try:
            with engine.connect() as connection:
                values = {"name": name, "price": price}
                connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                if price <= 0:
                    raise ValueError(f"{name} cannot cost {price}")
        except ValueError as error:
            refused.append(error)
    return refused
