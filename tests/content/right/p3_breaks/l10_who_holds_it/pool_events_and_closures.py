"""Listens to the pool with closures and keeps weak notes."""

from weakref import WeakKeyDictionary

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: Any = WeakKeyDictionary()
    self._returned: list[str] = []
    pool = engine.pool

    @event.listens_for(pool, "checkout")
    def enter(raw: Any, record: Any, proxy: Any) -> None:
        self._enter(raw, record, proxy)

    @event.listens_for(pool, "detach")
    @event.listens_for(pool, "checkin")
    def leave(raw: Any, record: Any) -> None:
        self._strike_out(raw, record)
