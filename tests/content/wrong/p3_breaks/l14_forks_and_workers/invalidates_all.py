# task 1: failed
# says: the master's 4 connections closed
"""Invalidates one after the other."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        taken = [engine.connect() for _ in range(2)]
        for connection in taken:
            connection.invalidate()
            connection.close()
