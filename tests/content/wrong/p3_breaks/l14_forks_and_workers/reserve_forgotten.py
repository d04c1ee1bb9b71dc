# task 3: failed
# says: not for the store
"""Divides all of max_connections."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.others) // ((plan.hosts + plan.surge) * plan.workers)
    if each < 2:
        raise ValueError("no room")
    return each
