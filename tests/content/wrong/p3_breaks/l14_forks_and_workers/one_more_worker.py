# task 3: failed
# says: runs beside the three old ones
"""Takes the surge for processes."""


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // (plan.hosts * plan.workers + plan.surge)
    if each < 2:
        raise ValueError("no room")
    return each
