# task 1: failed
# says: answered on a connection of the master
"""Trusts that each worker has a pool of its own."""


def after_fork(engines: Iterable[Engine]) -> None:
    pass
