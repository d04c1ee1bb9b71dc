"""The threshold is an attribute of psycopg's connection, too; a table that is dropped by hand, in its transaction."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0)

    @event.listens_for(engine, "connect")
    def never_prepare(raw, _) -> None:
        raw.prepare_threshold = None

    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        connection.execute(text(f"SET LOCAL search_path TO {schema}"))

    return engine


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE news (name text, price integer)"))
        for name, price in prices.items():
            connection.execute(text("INSERT INTO news VALUES (:name, :price)"), {"name": name, "price": price})
        update = (
            "UPDATE products SET price = n.price FROM news n WHERE products.name = n.name AND n.price <> products.price"
        )
        changed = connection.execute(text(update)).rowcount
        connection.execute(text("DROP TABLE news"))
    return changed
