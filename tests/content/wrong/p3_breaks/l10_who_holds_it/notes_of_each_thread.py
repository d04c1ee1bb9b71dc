# task 2: failed
# says: one detector has the notes of all
"""Has notes of its own in each thread."""

import threading

# in LeakDetector


def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
    self.patience, self._thread = patience, threading.local()
    self._ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self._enter)
    event.listen(source, "checkin", self._strike_out)


@property
def _in_use(self) -> dict[object, Checkout]:
    return self._thread.__dict__.setdefault("in_use", {})
