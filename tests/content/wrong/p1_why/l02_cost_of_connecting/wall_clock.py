# task 1: failed
# says: time.time jumps when the machine's clock is set
"""Measures by the time of day."""

from time import time


def time_each(action: Callable[[], object], times: int, clock: Clock = time) -> float:
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return median(durations)
