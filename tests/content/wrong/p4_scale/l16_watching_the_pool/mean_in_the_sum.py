# task 1: failed
# says: Seconds, summed over all who got a connection
"""Keeps the last time, not the sum."""

# in PoolMetrics


def _add_time(self, name: str, began: float) -> None:
    self._add(f"{name}.count")
    self._numbers[f"{name}.sum"] = perf_counter() - began
