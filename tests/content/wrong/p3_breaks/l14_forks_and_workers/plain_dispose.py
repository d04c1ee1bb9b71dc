# task 1: failed
# says: the master's 4 connections closed
"""Closes what belongs to the master."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.dispose()
