# task 3: failed
# says: runs beside the three old ones
"""Counts the workers of a quiet day."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // (plan.hosts * plan.workers)
    if each < 2:
        raise ValueError("no room")
    return each
