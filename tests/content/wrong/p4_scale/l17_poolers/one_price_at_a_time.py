# task 4: failed
# says: All or none
"""No table, and a transaction for each product."""


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    changed = 0
    for name, price in prices.items():
        with engine.begin() as connection:
            update = "UPDATE products SET price = :price WHERE name = :name AND price <> :price"
            changed += connection.execute(text(update), {"name": name, "price": price}).rowcount
    return changed
