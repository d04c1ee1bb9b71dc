# task 2: failed
# says: What the database refuses is not for the report.
"""Catches every error for the report."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    for name, price in prices.items():
        try:
            with engine.begin() as connection:
                values = {"name": name, "price": price}
                connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                if price <= 0:
                    raise ValueError(f"{name} cannot cost {price}")
        except Exception as error:
            refused.append(error)
    return refused
