# task 1: failed
# says: used during after_fork
"""Asks the master's connection whether it is well before it begins anew."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose(close=False)
