"""Listens to the pool with closures, one for each way in which a connection is no longer in use."""

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience = patience
    self._in_use: dict[object, Checkout] = {}
    self._ended: list[str] = []
    pool = engine.pool

    @event.listens_for(pool, "checkout")
    def enter(raw: Any, record: Any, proxy: Any) -> None:
        self._enter(raw, record, proxy)

    @event.listens_for(pool, "checkin")
    def come_in(raw: Any, record: Any) -> None:
        self._strike_out(raw, record)

    @event.listens_for(pool, "detach")
    def leave(raw: Any, record: Any) -> None:
        self._strike_out(raw, record, "left the pool")
