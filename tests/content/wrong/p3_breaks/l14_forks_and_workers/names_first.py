# task 1: failed
# says: Go through it once, or keep a list
"""Reads the engines' names for the log, and has used the engines up."""


def after_fork(engines: Iterable[Engine]) -> None:
    names = [str(engine.url) for engine in engines]
    for engine in engines:
        engine.dispose(close=False)
    assert names
