# task 4: failed
# says: the temporary tables left
"""One transaction, and the table stays in its session; it asks whether there is one already."""


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    rows = [{"name": name, "price": price} for name, price in prices.items()]
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS news (name text, price integer)"))
        connection.execute(text("DELETE FROM news"))
        if rows:
            connection.execute(text("INSERT INTO news VALUES (:name, :price)"), rows)
        update = "UPDATE products p SET price = n.price FROM news n WHERE p.name = n.name AND p.price <> n.price"
        return connection.execute(text(update)).rowcount
