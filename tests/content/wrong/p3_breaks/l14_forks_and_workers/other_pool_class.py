# task 1: failed
# says: with the same settings
"""Gives up pooling to be safe."""

from sqlalchemy import NullPool


def after_fork(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.dispose(close=False)
        engine.pool = NullPool(engine.pool._creator)
