"""The new pool is given to the engine by hand; the connection is detached; the refusals are one pattern."""

import re


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.pool = engine.pool.recreate()


def load_prices(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        connection.detach()
        return {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}


def what_is_full(error: Exception) -> str:
    if isinstance(error, PoolTimeout):
        return "pool"
    said = str(getattr(error, "orig", ""))
    return "database" if re.search(r"too many c(lients|onnections)|slots are reserved", said) else ""
