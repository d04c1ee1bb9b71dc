# task 3: failed
# says: 24 × 4 fit, 25 × 4 do not
"""Rounds up."""


def connections_per_worker(plan: Plan) -> int:
    each = -(-(plan.max_connections - plan.reserved - plan.others) // ((plan.hosts + plan.surge) * plan.workers))
    if each < 2:
        raise ValueError("no room")
    return each
