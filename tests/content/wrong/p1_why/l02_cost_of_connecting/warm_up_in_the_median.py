# task 1: failed
# says: The warm-up is in it:
"""Times the warm-up too, and trusts the median to hide it."""


def time_each(action, times, clock=perf_counter):
    durations = []
    for _ in range(times + 1):
        started = clock()
        action()
        durations.append(clock() - started)
    return sorted(durations)[times // 2]
