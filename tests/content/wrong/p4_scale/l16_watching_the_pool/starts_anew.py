# task 1: failed
# says: Reading takes nothing away
"""Each reading begins to count anew."""

# in PoolMetrics


def read(self) -> dict[str, float]:
    with self._lock:
        answer = {PREFIX + name: self._numbers[name] for name in NAMES}
        self._numbers = Counter(pending_requests=self._numbers["pending_requests"])
        return answer
