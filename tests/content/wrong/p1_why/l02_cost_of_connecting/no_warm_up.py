# task 1: failed
# says: call once before you measure
"""Counts the slow first call as one of the calls."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return median(durations)
