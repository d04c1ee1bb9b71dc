"""The checkout keeps its connection and ends its transaction; prices without a table; SET LOCAL."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(
        database_url, pool_size=5, max_overflow=0, pool_pre_ping=True, connect_args={"prepare_threshold": None}
    )

    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')

    return engine


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    update = """
        UPDATE products SET price = news.price FROM unnest(CAST(:names AS text[]), CAST(:prices AS integer[])) AS news (name, price)
        WHERE products.name = news.name AND products.price IS DISTINCT FROM news.price
    """
    with engine.begin() as connection:
        return connection.execute(text(update), {"names": list(prices), "prices": list(prices.values())}).rowcount


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with engine.connect() as connection:
        price = connection.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
        connection.commit()
        receipt = pay(price)
        connection.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
        connection.commit()
    return receipt
