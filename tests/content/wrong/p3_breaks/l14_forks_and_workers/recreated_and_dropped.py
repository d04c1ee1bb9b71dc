# task 1: failed
# says: answered on a connection of the master
"""Makes a new pool and gives it to nobody."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.pool.recreate()
