"""The store under a server that loads it once, in a master, and forks workers from it; on several hosts, and while a deploy runs."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout


@dataclass(frozen=True)
class Plan:
    """Where the store runs, and what the database allows."""

    max_connections: int
    reserved: int  # superuser_reserved_connections and reserved_connections together
    others: int  # the connections of other programs: migrations, jobs, consoles
    hosts: int
    workers: int  # processes on each host
    surge: int = 0  # hosts of the new version that run beside all the old ones at the worst moment of a deploy


def after_fork(engines: Iterable[Engine]) -> None:
    """Make a worker's engines its own, with empty pools. The server calls this in each worker, right after the fork, with all its engines."""
    for engine in engines:
        # A new, empty pool, and not a word on the old connections. dispose() alone would close them: the goodbye goes
        # through the socket that the master has too, and its session ends.
        engine.dispose(close=False)


def load_prices(engine: Engine) -> dict[str, int]:
    """Return the price of each product by its name. The master calls this once, before it forks, and needs no connection later, not after an error either."""
    try:
        with engine.connect() as connection:
            return {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}
    finally:
        # Here it is the other way round: this process has opened them, and nobody else has them yet, so it closes them.
        # The end of the block above only returned the connection to the pool.
        engine.dispose()


def connections_per_worker(plan: Plan) -> int:
    """Return how many connections each worker may have, at most: so many that all fit at every moment of a deploy, and no fewer.

    ValueError if that is less than two: a worker has two engines.
    """
    # During a deploy the new hosts stand beside the old ones, and both are the store's.
    workers = (plan.hosts + plan.surge) * plan.workers
    each = (plan.max_connections - plan.reserved - plan.others) // workers
    if each < 2:
        raise ValueError(f"{workers} workers leave {each} for each: use fewer workers, or a pooler between")
    return each


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    """Return a worker's two engines: "reports", which never has more than one connection open, and "shop" with all the rest."""
    # Without overflow the limit is what is kept: nothing is opened and closed in a rush. A second engine in the same process
    # is a second pool, and has its part of the process's share.
    limit = connections_per_worker(plan)
    return {
        "shop": create_engine(database_url, pool_size=limit - 1, max_overflow=0),
        "reports": create_engine(database_url, pool_size=1, max_overflow=0),
    }


REFUSALS = ("too many clients already", "remaining connection slots are reserved", "too many connections for")


def what_is_full(error: Exception) -> str:
    """Say what had no connection left: "pool" if it was this process's pool, "database" if the server refused, "" for any other error."""
    if isinstance(error, PoolTimeout):  # SQLAlchemy's own, and not Python's TimeoutError: it never asked the server
        return "pool"
    # psycopg knows no code of an error that came while connecting, so the text must tell: the server's, in `orig`. The
    # text of `error` itself holds the statement too, and in that anything may stand.
    if isinstance(error, OperationalError) and any(refusal in str(error.orig) for refusal in REFUSALS):
        return "database"
    return ""
