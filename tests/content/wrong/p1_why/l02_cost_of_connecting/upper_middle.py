# task 1: failed
# says: half way between the two in the middle
"""Takes the upper one of the two in the middle."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return sorted(durations)[times // 2]
