# task 4: failed
# says: Nobody has returned it. `detach` tells that it has left the pool
"""Calls a connection returned that has left the pool."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self._enter)
    for name in ("checkin", "detach"):
        event.listen(source, name, self._strike_out)
