"""A decorator for the second attempt, the ORM for reading, a Session for each job."""

from functools import wraps
from typing import Any

from sqlalchemy.exc import OperationalError


def retried(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*arguments: Any) -> Any:
        for attempt in (1, 2):
            try:
                return function(*arguments)
            except (OperationalError, DBAPIError) as error:
                if attempt == 2 or not error.connection_invalidated:
                    raise

    return wrapper


@retried
def stock_of(engine: Engine, product: str) -> int:
    with Session(engine) as session:
        return session.execute(
            text("SELECT stock.pieces FROM stock WHERE stock.product = :p"), {"p": product}
        ).scalar_one()


@retried
def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}
    with Session(engine) as session, session.begin():
        if session.scalar(text("SELECT 1 FROM orders WHERE key = :key"), values):
            return
        session.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
        session.execute(text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n)"), values)


class Worker:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def run(self, job: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            return job(session)
