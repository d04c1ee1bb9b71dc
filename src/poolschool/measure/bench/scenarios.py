"""The scenarios: what is different in each from the store with a pool of ten."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from poolschool.course.faults import UserMistake

REFERENCE = "pooled"
THINK = 1.5  # seconds on average
QUERY_MS = 10.0  # how much longer a transaction takes in the database than on an idle machine without a network
POOLED: dict[str, Any] = {"pool_size": 10, "max_overflow": 0, "query_ms": QUERY_MS}


@dataclass(frozen=True)
class Scenario:
    """A store, and the shoppers' manner."""

    name: str
    says: str
    settings: dict[str, Any] = field(default_factory=dict)  # on top of POOLED
    workers: int = 1
    together: bool = False  # all shoppers ask at the same moments
    pgbouncer: bool = False


SCENARIOS = (
    Scenario("pooled", "a pool of 10; each transaction takes 10 ms in the database"),
    Scenario("unpooled", "a connection for every request", {"fault": "connects_each_time"}),
    Scenario("undersized", "a pool of 1", {"pool_size": 1}),
    Scenario("oversized", "a pool of 200, all shoppers at once: more than the database allows",
             {"fault": "larger_than_the_database"}, together=True),
    Scenario("leaking", "each missing page (3 of 100 requests) keeps a connection", {"fault": "leaks_on_error"}),
    Scenario("slow-query", "an index is missing: each transaction takes 100 ms", {"query_ms": 100.0}),
    Scenario("burst", "all shoppers at the same moments", together=True),
    Scenario("cliff", "the session dependency of many tutorials, pool 5/10, all shoppers at once",
             {"fault": "tutorial_dependency", "pool_size": 5, "max_overflow": 10, "query_ms": 25.0}, together=True),
    Scenario("async", "async def and asyncpg in place of def and psycopg", {"flavour": "async"}),
    Scenario("four-workers", "four processes, a pool of 10 each", workers=4),
    Scenario("pgbouncer", "four processes, a pool of 10 each, behind a PgBouncer with 10 server connections",
             {"prepared_statements": False}, workers=4, pgbouncer=True),
)  # fmt: skip


def chosen(names: Sequence[str]) -> list[Scenario]:
    """Give the named scenarios, all if none is named; the one that all are compared with is always the first."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    for name in names:
        if name not in known:
            raise UserMistake(f"There is no scenario {name!r}. Choose from {', '.join(known)}.")
    wanted = {REFERENCE, *names} if names else set(known)
    return [scenario for scenario in SCENARIOS if scenario.name in wanted]
