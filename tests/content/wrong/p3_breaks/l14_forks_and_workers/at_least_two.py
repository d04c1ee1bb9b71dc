# task 3: failed
# says: say so, before the server does
"""Gives everybody two, whether they are there or not."""


def connections_per_worker(plan: Plan) -> int:
    return max(2, (plan.max_connections - plan.reserved - plan.others) // ((plan.hosts + plan.surge) * plan.workers))
