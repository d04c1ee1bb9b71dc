# task 2: failed
# says: A detector lists the connections of its own engine:
"""Listens to the class of all pools."""

from sqlalchemy import Pool

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    event.listen(Pool, "checkout", self._enter)
    event.listen(Pool, "checkin", self._strike_out)
