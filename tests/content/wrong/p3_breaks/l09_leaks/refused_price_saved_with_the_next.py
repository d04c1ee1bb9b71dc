# task 2: failed
# says: The refused price was saved by the commit of the next one:
"""Commits on one connection, without a rollback after a refused price."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    connection = engine.connect()
    try:
        for name, price in prices.items():
            try:
                values = {"name": name, "price": price}
                connection.execute(text("UPDATE products SET price = :price WHERE name = :name"), values)
                if price <= 0:
                    raise ValueError(f"{name} cannot cost {price}")
                connection.commit()
            except ValueError as error:
                refused.append(error)
    finally:
        connection.close()
    return refused
