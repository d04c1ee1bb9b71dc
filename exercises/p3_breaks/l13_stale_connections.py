"""The store behind a server that restarts and a gateway that forgets connections on which nothing was said.

Lose no request that need not be lost, and place no order twice.
Grade yourself with `pytest exercises -k stale_connections`.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

T = TypeVar("T")


def make_engine(database_url: str) -> Engine:
    """Return the store's engine. It keeps five connections and never opens a sixth."""
    # TODO 1: the server restarts. A connection that was idle meanwhile must not cost a shopper the request.
    # TODO 2: the gateway forgets what was silent for 60 seconds, and tells nobody: whoever uses such a connection waits
    #         for minutes, a ping included. Use none that was opened 60 seconds ago or earlier; one that was opened less
    #         than 30 seconds ago is used again.
    return create_engine(database_url, pool_size=5, max_overflow=0)


def stock_of(engine: Engine, product: str) -> int:
    """Return how many pieces of a product are left.

    If the connection is lost on the way, ask once more on another one; a second loss is raised, and so is any other error.
    """
    # TODO 3: no setting helps once the query is on its way.
    with engine.connect() as connection:
        return connection.execute(text("SELECT pieces FROM stock WHERE product = :p"), {"p": product}).scalar_one()


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    """Take pieces out of the stock and note the order under its key, in one transaction: once per key, whatever happens.

    `orders.key` is unique. Losing the connection once is survived as in `stock_of`, at any moment of the transaction.
    """
    # TODO 4: if the connection is lost at the commit, is the order placed or not?
    values = {"key": key, "p": product, "n": pieces}
    with engine.begin() as connection:
        connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
        connection.execute(text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n)"), values)


class Worker:
    """Runs one job after the other, each in a transaction of its own, on the session that it keeps."""

    def __init__(self, engine: Engine) -> None:
        self.session = Session(engine)

    def run(self, job: Callable[[Session], T]) -> T:
        """Run a job, commit, return what it returned. What it raises is raised; the next job finds everything in order."""
        # TODO 5: after an error the session waits for somebody to say that the transaction is over.
        result = job(self.session)
        self.session.commit()
        return result
