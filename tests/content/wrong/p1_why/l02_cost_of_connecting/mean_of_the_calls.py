# task 1: failed
# says: That is the mean.
"""Warms up, and then trusts the mean."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return sum(durations) / times
