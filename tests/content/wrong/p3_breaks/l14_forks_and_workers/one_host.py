# task 3: failed
# says: Each host has that many workers
"""Counts the workers of one host."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // plan.workers
    if each < 2:
        raise ValueError("no room")
    return each
