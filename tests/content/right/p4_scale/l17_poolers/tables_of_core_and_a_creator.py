"""Tables of Core, a connection of psycopg that we open ourselves, and a statement for each price in one transaction."""

import psycopg
from sqlalchemy import QueuePool, column, func, select, table, update
from sqlalchemy.engine import make_url

PRODUCTS = table("products", column("name"), column("price"))


def make_engine(database_url: str, schema: str) -> Engine:
    url = make_url(database_url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=5,
        max_overflow=0,
        pool_pre_ping=True,
        pool_use_lifo=True,
        creator=lambda: psycopg.connect(plain, prepare_threshold=None),
    )

    @event.listens_for(engine, "begin")
    def settle(connection: Connection) -> None:
        connection.execute(select(func.set_config("search_path", schema, True)))

    return engine


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    changed = 0
    with engine.begin() as connection:
        for name, price in sorted(prices.items()):
            changed += connection.execute(
                update(PRODUCTS).where(PRODUCTS.c.name == name, PRODUCTS.c.price != price).values(price=price)
            ).rowcount
    return changed


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with engine.connect() as connection:
        price = connection.execute(select(PRODUCTS.c.price).where(PRODUCTS.c.name == product)).scalar_one()
    receipt = pay(price)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO receipts VALUES (%s, %s)", (product, receipt))
    return receipt
