# task 4: failed
# says: relation "news" does not exist
"""The table is made, and then it is somewhere else."""


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    rows = [{"name": name, "price": price} for name, price in prices.items()]
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE news (name text, price integer)"))
        connection.commit()
        connection.execute(text("INSERT INTO news VALUES (:name, :price)"), rows)
        update = "UPDATE products p SET price = n.price FROM news n WHERE p.name = n.name AND p.price <> n.price"
        changed = connection.execute(text(update)).rowcount
        connection.execute(text("DROP TABLE news"))
        connection.commit()
        return changed
