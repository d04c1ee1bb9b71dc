# task 1: failed
# says: the master's 4 connections closed
"""Closes what is in the pool, by the pool's own method."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.pool.dispose()
