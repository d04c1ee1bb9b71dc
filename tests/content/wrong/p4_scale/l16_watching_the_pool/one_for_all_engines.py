# task 1: failed
# says: Keep the numbers in `self`
"""Has one set of numbers for all engines."""

SHARED = Counter()

# in PoolMetrics


def __init__(self) -> None:
    self._numbers = SHARED
    self._lock = RLock()
