# task 2: failed
# says: One entry for each connection, the oldest first;
"""Counts how often each line took one."""

# in LeakDetector


def who_holds(self) -> list[Holder]:
    return [Holder(line) for line in sorted(checkout.line for checkout in self._in_use.values())]
