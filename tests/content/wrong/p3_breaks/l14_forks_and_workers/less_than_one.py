# task 3: failed
# says: ValueError is raised
"""Refuses only if nothing at all is left, although a worker has two engines."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // ((plan.hosts + plan.surge) * plan.workers)
    if each < 1:
        raise ValueError("no room")
    return each
