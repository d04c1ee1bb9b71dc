# task 3: failed
# says: 100 for 4 processes
"""Counts every host twice, deploy or not."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // (2 * plan.hosts * plan.workers)
    if each < 2:
        raise ValueError("no room")
    return each
