# task 1: failed
# says: Call it once before you measure, and then so many times:
"""Counts the slow first call as one of the calls."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return median(durations)
