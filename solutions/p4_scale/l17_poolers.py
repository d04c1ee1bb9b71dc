"""The store moves behind a pooler, which gives a client a connection to the server for one transaction and no longer."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text

T = TypeVar("T")


def make_engine(database_url: str, schema: str) -> Engine:
    """Return the store's engine. It keeps five connections to the pooler and never opens a sixth.

    In each transaction, a table without a schema in its name is one of `schema`. No other client of the pooler notices.
    """
    # With None psycopg never prepares: a name like _pg3_0 would stay in a session that other clients are given, too.
    # The pool stays: opening a connection to the pooler takes time as well.
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": None})

    # "begin" is each transaction's first moment; "connect" would be once, in a session that is ours for that moment only.
    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        # true means local: the setting ends with the transaction, whichever way that ends. A parameter needs no quoting.
        connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})

    return engine


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    """Run a job in a transaction that has the till's advisory lock to itself; commit, and return what the job returned.

    None, at once and without the job, if somebody has the till. What the job raises is raised, and what it did rolled back.
    """
    with engine.begin() as connection:
        # The lock of a transaction: nobody need unlock it, and nobody can forget to. A session's lock would belong to
        # whoever is given that session next.
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:till)"), {"till": till}):
            return None
        return job(connection)


def set_prices(engine: Engine, prices: Mapping[str, int]) -> int:
    """Give each product that is named its new price, all or none; return how many prices have changed."""
    rows = [{"name": name, "price": price} for name, price in prices.items()]
    update = (
        "UPDATE products SET price = news.price FROM news"
        " WHERE products.name = news.name AND products.price <> news.price"
    )
    # One transaction is one session. ON COMMIT DROP leaves nothing to the next client, and a rollback leaves nothing anyway.
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMP TABLE news (name text, price integer) ON COMMIT DROP"))
        if rows:  # without a row there would be one execution without its parameters
            connection.execute(text("INSERT INTO news VALUES (:name, :price)"), rows)
        return connection.execute(text(update)).rowcount


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    """Look up the price, have it paid, note the receipt under the product's name, and return the receipt.

    NoResultFound if there is no such product. `pay` takes seconds: meanwhile the pooler's connection serves others.
    """
    # Two transactions, and nothing in between. The connection could stay checked out: the pooler goes by transactions.
    # But then it would be missing in our own pool.
    with engine.connect() as connection:
        price = connection.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
    receipt = pay(price)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
    return receipt
