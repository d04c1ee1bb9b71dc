# task 1: failed
# says: first query of reports
"""Forgets that there is a second engine."""


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.dispose(close=False)
        break
