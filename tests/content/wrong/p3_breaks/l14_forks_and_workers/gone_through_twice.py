# task 1: failed
# says: empty when it is gone through again
"""Looks whether there are engines at all, and has used them up."""


def after_fork(engines: Iterable[Engine]) -> None:
    if len(list(engines)) > 0:
        for engine in engines:
            engine.dispose(close=False)
