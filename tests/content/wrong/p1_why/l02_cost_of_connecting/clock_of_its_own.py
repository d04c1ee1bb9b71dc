# task 1: failed
# says: the middle one, by `clock()`
"""Reads time.time, whatever clock it is handed."""

import time


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    for _ in range(times):
        started = time.time()
        action()
        durations.append(time.time() - started)
    return median(durations)
