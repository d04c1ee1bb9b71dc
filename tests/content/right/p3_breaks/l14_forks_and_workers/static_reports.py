"""A list of what to do with each engine; a driver's error by its class; the loading through a session."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def after_fork(engines: Iterable[Engine]) -> None:
    _ = [engine.dispose(close=False) for engine in list(engines)]


def load_prices(engine: Engine) -> dict[str, int]:
    session = Session(engine)
    try:
        return {row.name: row.price for row in session.execute(text("SELECT name, price FROM products"))}
    finally:
        session.close()
        engine.dispose()


def what_is_full(error: Exception) -> str:
    match error:
        case PoolTimeout():
            return "pool"
        case DBAPIError(orig=Exception() as said) if "FATAL" in str(said) and (
            "too many" in str(said) or "slots are reserved" in str(said)
        ):
            return "database"
    return ""
