# task 1: failed
# says: A call that failed is no measurement
"""Leaves out the calls that fail."""

from contextlib import suppress


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    for _ in range(times):
        started = clock()
        with suppress(Exception):
            action()
            durations.append(clock() - started)
    return median(durations)
