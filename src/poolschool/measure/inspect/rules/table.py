"""All rules, in order of harm: wrong data, everybody stands still, somebody fails, everybody is slow."""

from collections.abc import Callable

from poolschool.measure.inspect.facts import Facts
from poolschool.measure.inspect.rules import endpoints, limits, patience, wrong_data
from poolschool.measure.inspect.rules.finding import Finding

Rule = Callable[[Facts], Finding | None]
RULES: tuple[Rule, ...] = (
    wrong_data.shared_by_fork,
    wrong_data.prepared_behind_pooler,
    wrong_data.not_reset,
    wrong_data.shared_session,
    wrong_data.one_connection,
    wrong_data.memory_by_thread,
    limits.over_budget,
    limits.no_limit,
    limits.engine_per_request,
    endpoints.blocks_the_loop,
    endpoints.cliff,
    endpoints.two_connections,
    endpoints.leaks,
    endpoints.reopened_by_stream,
    endpoints.held_by_websocket,
    endpoints.held_while_streaming,
    endpoints.held_by_background_task,
    endpoints.slow_inside,
    patience.waits_for_ever,
    patience.longer_than_the_client,
    limits.over_budget_in_deploy,
    limits.no_pool,
    patience.stale,
    patience.churn,
)


def findings(facts: Facts) -> list[Finding]:
    """Give what all rules find, the most harmful first."""
    return [found for rule in RULES if (found := rule(facts)) is not None]
