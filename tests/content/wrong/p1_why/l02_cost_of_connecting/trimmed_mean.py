# task 1: failed
# says: That is a mean without the two ends.
"""Drops the shortest and the longest, and takes the mean of the others."""

from statistics import mean


def time_each(action, times, clock=perf_counter):
    action()
    durations = []
    for _ in range(times):
        started = clock()
        action()
        durations.append(clock() - started)
    return mean(sorted(durations)[1:-1] or durations)
