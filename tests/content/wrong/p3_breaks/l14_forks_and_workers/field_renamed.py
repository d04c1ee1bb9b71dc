# task 3: failed
# says: Leave Plan as the stub has it
"""Gives a field of the plan another name."""


@dataclass(frozen=True)
class Plan:
    max_connections: int
    reserved: int
    others: int
    hosts: int
    workers: int
    extra_hosts: int = 0


def connections_per_worker(plan: Plan) -> int:
    each = (plan.max_connections - plan.reserved - plan.others) // ((plan.hosts + plan.extra_hosts) * plan.workers)
    if each < 2:
        raise ValueError("no room")
    return each
