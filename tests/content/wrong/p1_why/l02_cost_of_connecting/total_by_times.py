# task 1: failed
# says: Call it once before you measure, and then so many times:
"""Times the whole loop once and divides."""


def time_each(action: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    started = clock()
    for _ in range(times):
        action()
    return (clock() - started) / times
