# task 5: failed
# says: six good ones lie in between
"""This minute, and another one of the last ten."""


def alarm(minutes: Sequence[Minute]) -> bool:
    return is_bad(minutes[-1]) and sum(map(is_bad, minutes[-10:])) > 1
