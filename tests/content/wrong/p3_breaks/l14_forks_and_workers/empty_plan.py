# task 3: failed
# says: Plan() takes no arguments
"""Throws the plan's fields away."""


class Plan:
    pass
