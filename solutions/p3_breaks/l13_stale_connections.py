"""The store behind a server that restarts and a gateway that forgets connections on which nothing was said."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")


def make_engine(database_url: str) -> Engine:
    """Return the store's engine. It keeps five connections and never opens a sixth."""
    # The ping finds what the server closed, since a closed socket answers at once. A silent one does not answer a ping either:
    # the age limit keeps it from being asked. It counts from the opening, so no connection is handed out that was
    # idle for longer.
    return create_engine(database_url, pool_size=5, max_overflow=0, pool_pre_ping=True, pool_recycle=45)


def once_more(action: Callable[[], T]) -> T:
    """Do it, and once more if the connection was lost; only what may safely be done twice belongs here."""
    try:
        return action()
    except DBAPIError as error:
        # Set by SQLAlchemy when the connection is gone, whatever the driver calls that. A wrong statement is no reason to try again.
        if not error.connection_invalidated:
            raise
    return action()


def stock_of(engine: Engine, product: str) -> int:
    """Return how many pieces of a product are left.

    If the connection is lost on the way, ask once more on another one; a second loss is raised, and so is any other error.
    """

    def ask() -> int:
        # The whole block again: the new connection must come from the pool, which has marked all that were older.
        with engine.connect() as connection:
            return connection.execute(text("SELECT pieces FROM stock WHERE product = :p"), {"p": product}).scalar_one()

    return once_more(ask)


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    """Take pieces out of the stock and note the order under its key, in one transaction: once per key, whatever happens.

    `orders.key` is unique. Losing the connection once is survived as in `stock_of`, at any moment of the transaction.
    """
    values = {"key": key, "p": product, "n": pieces}

    def note_order(connection: Connection) -> bool:
        # Whoever lost the connection at the commit cannot know. The key can: the second attempt finds the order there.
        note = "INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n) ON CONFLICT (key) DO NOTHING"
        return connection.execute(text(note), values).rowcount == 1

    def place() -> None:
        with engine.begin() as connection:
            if note_order(connection):
                connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)

    once_more(place)


class Worker:
    """Runs one job after the other, each in a transaction of its own, on the session that it keeps."""

    def __init__(self, engine: Engine) -> None:
        self.session = Session(engine)

    def run(self, job: Callable[[Session], T]) -> T:
        """Run a job, commit, return what it returned. What it raises is raised; the next job finds everything in order."""
        # begin() commits at the end of the block and rolls back when something is raised, also when there is nothing left
        # to roll back on the server. The job is not tried again: nobody here knows what it has done.
        with self.session.begin():
            return job(self.session)
