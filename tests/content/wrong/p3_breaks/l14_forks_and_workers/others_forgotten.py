# task 3: failed
# says: Other programs connect
"""Believes that the store is alone."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved) // ((plan.hosts + plan.surge) * plan.workers)
    if each < 2:
        raise ValueError("no room")
    return each
