# task 2: failed
# says: An error of the database is a way out too:
"""Rolls back for a refused price and goes on with the same connection, which it closes at the end."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    connection = engine.connect()
    for name, price in prices.items():
        try:
            values = {"name": name, "price": price}
            connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
            if price <= 0:
                raise ValueError(f"{name} cannot cost {price}")
            connection.commit()
        except ValueError as error:
            connection.rollback()
            refused.append(error)
    connection.close()
    return refused
