# task 2: failed
# says: The traceback is gone and the connection is not returned:
"""Takes the traceback off the kept errors, and nothing else."""


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
            refused.append(error.with_traceback(None))
    return refused
