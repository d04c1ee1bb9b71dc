# task 1: failed
# says: Seconds, summed over all who got a connection
"""Counts in milliseconds, as the older names did."""

# in PoolMetrics


def _add_time(self, name: str, began: float) -> None:
    self._add(f"{name}.count")
    self._add(f"{name}.sum", (perf_counter() - began) * 1000)
