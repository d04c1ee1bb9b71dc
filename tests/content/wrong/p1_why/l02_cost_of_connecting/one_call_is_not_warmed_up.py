# task 1: failed
# says: calls made by time_each(action, 1, clock)
"""Warms up only if there are several calls."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    if times > 1:
        action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return median(durations)
