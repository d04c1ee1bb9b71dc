# task 1: failed
# says: does not start while the database is away
"""Opens a connection in each worker before anybody asks, and leaves it to the collector."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.dispose(close=False)
        engine.connect()
