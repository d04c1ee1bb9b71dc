"""What each rule finds and what it must not find, with the number at which it breaks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import inspected
from inspected import DATABASE, URL, facts_of
from sqlalchemy import Engine, NullPool, StaticPool, create_engine

from poolschool.measure.inspect.facts import Facts, Pooler, ServerProcess

BEHIND = replace(DATABASE, pooler=Pooler((1, 20), 0, "transaction"))


def engine(**settings: Any) -> Engine:
    """Make an engine that connects nowhere."""
    return create_engine(settings.pop("url", URL), **settings)


def serving(**settings: Any) -> Any:
    """Build a sound service on an engine with settings."""
    app, _, app.state.engine = inspected.service(engine(**settings))
    return app


def opened(preload: bool, post_fork: bool, connections: int = 1) -> Facts:
    """Give the facts of a service that has queried while it was imported."""
    facts = facts_of(engine(), server=ServerProcess(4, preload=preload, post_fork=post_fork))
    return replace(facts, engines=tuple(replace(one, opened=connections) for one in facts.engines))


Made = Callable[[], Facts]
# rule, what has the fault, what has not, the number at which it breaks
CASES: list[tuple[str, Made, Made, float | None]] = [
    ("shared_by_fork", lambda: opened(True, False), lambda: opened(True, True), 2),
    ("shared_by_fork", lambda: opened(True, False), lambda: opened(False, False), 2),
    ("shared_by_fork", lambda: opened(True, False), lambda: opened(True, False, 0), 2),
    ("prepared_behind_pooler", lambda: facts_of(engine(), database=BEHIND),
     lambda: facts_of(engine(connect_args={"prepare_threshold": None}), database=BEHIND), 6),
    ("prepared_behind_pooler", lambda: facts_of(engine(), database=replace(DATABASE, pooler=Pooler())),
     lambda: facts_of(engine(), database=replace(DATABASE, pooler=Pooler((1, 25), 200, "transaction"))), 6),
    ("prepared_behind_pooler", lambda: facts_of(engine(), database=BEHIND),
     lambda: facts_of(engine(), database=replace(DATABASE, pooler=Pooler((1, 20), 0, "session"))), 6),
    ("prepared_behind_pooler", lambda: facts_of(engine(), database=BEHIND), lambda: facts_of(engine()), 6),
    ("not_reset", lambda: facts_of(engine(pool_reset_on_return=None)), lambda: facts_of(engine(pool_reset_on_return="commit")), 1),
    ("not_reset", lambda: facts_of(engine(pool_reset_on_return=None)),
     lambda: facts_of(engine(pool_reset_on_return=None, isolation_level="AUTOCOMMIT")), 1),
    ("shared_session", lambda: facts_of(inspected.one_session_for_all(shared=True)), lambda: facts_of(inspected.one_session_for_all(shared=False)), 2),
    ("one_connection", lambda: facts_of(serving(poolclass=StaticPool)), lambda: facts_of(engine(poolclass=StaticPool)), 2),
    ("memory_by_thread", lambda: facts_of(serving(url="sqlite://")), lambda: facts_of(serving(url="sqlite:///store.db")), 2),
    ("memory_by_thread", lambda: facts_of(serving(url="sqlite://", poolclass=StaticPool)), lambda: facts_of(engine(url="sqlite://")), 2),
    ("over_budget", lambda: facts_of(engine(), server=ServerProcess(7)), lambda: facts_of(engine(), server=ServerProcess(6)), 98),
    ("over_budget", lambda: facts_of(engine(), server=ServerProcess(2, hosts=4)), lambda: facts_of(engine(), server=ServerProcess(2, hosts=3)), 98),
    ("over_budget", lambda: facts_of(engine(), server=ServerProcess(6), database=replace(DATABASE, others={"jobs": 10})),
     lambda: facts_of(engine(), server=ServerProcess(6), database=replace(DATABASE, others={"jobs": 7})), 88),
    ("over_budget", lambda: facts_of(engine(), database=replace(DATABASE, limit=10, limit_name="the role's CONNECTION LIMIT")),
     lambda: facts_of(engine(), database=replace(DATABASE, limit=15)), 11),
    ("over_budget", lambda: facts_of(engine(), server=ServerProcess(7)), lambda: facts_of(engine(), server=ServerProcess(7), database=BEHIND), 98),
    ("over_budget_in_deploy", lambda: facts_of(engine(), server=ServerProcess(4)), lambda: facts_of(engine(), server=ServerProcess(3)), 98),
    ("no_limit", lambda: facts_of(engine(pool_size=0)), lambda: facts_of(engine(pool_size=1)), 98),
    ("no_limit", lambda: facts_of(engine(max_overflow=-1)), lambda: facts_of(engine(max_overflow=0)), 98),
    ("no_pool", lambda: facts_of(serving(poolclass=NullPool)), lambda: facts_of(engine(poolclass=NullPool)), 98),
    ("no_pool", lambda: facts_of(serving(poolclass=NullPool)), lambda: facts_of(serving(poolclass=NullPool), database=BEHIND), 98),
    ("no_pool", lambda: facts_of(serving(poolclass=NullPool)), lambda: facts_of(serving(poolclass=NullPool), serverless=True), 98),
    ("engine_per_request", lambda: facts_of(inspected.makes_engines(once=False)), lambda: facts_of(inspected.makes_engines(once=True)), None),
    ("blocks_the_loop", lambda: facts_of(inspected.sync_in_async()), lambda: facts_of(inspected.asynchronous()), 16),
    ("blocks_the_loop", lambda: facts_of(inspected.sync_connection_in_async()), lambda: facts_of(inspected.sync_in_a_thread()), 16),
    ("cliff", lambda: facts_of(inspected.tutorial()), lambda: facts_of(inspected.tutorial_that_commits()), 55),
    ("cliff", lambda: facts_of(inspected.tutorial(engine(pool_size=40, max_overflow=0))), lambda: facts_of(inspected.asynchronous()), 80),
    ("cliff", lambda: facts_of(inspected.tutorial_that_refreshes()), lambda: facts_of(inspected.unchecked()), 55),
    ("cliff", lambda: facts_of(inspected.through_a_function(inspected.asks)), lambda: facts_of(inspected.through_a_function(inspected.saves)), 55),
    ("cliff", lambda: facts_of(inspected.tutorial(), server=ServerProcess(concurrency=55)),
     lambda: facts_of(inspected.tutorial(), server=ServerProcess(concurrency=54)), 55),
    ("cliff", lambda: facts_of(inspected.tutorial(), threads=200), lambda: facts_of(inspected.tutorial(engine(pool_size=0))), 215),
    ("two_connections", lambda: facts_of(inspected.reports(nested=True)), lambda: facts_of(inspected.reports(nested=False)), 15),
    ("leaks", lambda: facts_of(inspected.plain_close()), lambda: facts_of(inspected.closed_in_finally()), 16),
    ("leaks", lambda: facts_of(inspected.plain_close_after_yield()), lambda: facts_of(inspected.tutorial()), 16),
    ("leaks", lambda: facts_of(inspected.never_closed()), lambda: facts_of(inspected.sync_in_a_thread()), 16),
    ("leaks", lambda: facts_of(inspected.returns_a_session(closes=False)), lambda: facts_of(inspected.returns_a_session(closes=True)), None),
    ("leaks", lambda: facts_of(inspected.writes_later(in_a_block=False)), lambda: facts_of(inspected.writes_later(in_a_block=True)), 16),
    ("blocks_the_loop", lambda: facts_of(inspected.asks_on_the_loop(in_a_thread=False)), lambda: facts_of(inspected.asks_on_the_loop(in_a_thread=True)), 16),
    ("held_while_streaming", lambda: facts_of(inspected.streams_while_open()), lambda: facts_of(inspected.streams_what_was_read()), 15),
    ("held_while_streaming", lambda: facts_of(inspected.streams_inside_a_block()), lambda: facts_of(inspected.tutorial()), 15),
    ("held_by_websocket", lambda: facts_of(inspected.socket(commits=False)), lambda: facts_of(inspected.socket(commits=True)), 15),
    ("held_by_background_task", lambda: facts_of(inspected.task(commits=False)), lambda: facts_of(inspected.task(commits=True)), 15),
    ("slow_inside", lambda: facts_of(inspected.pays_inside()), lambda: facts_of(inspected.pays_outside()), 15),
    ("waits_for_ever", lambda: facts_of(serving(pool_timeout=None)), lambda: facts_of(serving(pool_timeout=3)), 16),
    ("longer_than_the_client", lambda: facts_of(engine(), client_timeout=30), lambda: facts_of(engine(pool_timeout=3), client_timeout=30), 30),
    ("stale", lambda: facts_of(engine(), database=replace(DATABASE, idle_session=60)),
     lambda: facts_of(engine(pool_pre_ping=True), database=replace(DATABASE, idle_session=60)), 60),
    ("stale", lambda: facts_of(engine(pool_recycle=60), database=replace(DATABASE, idle_session=60)),
     lambda: facts_of(engine(pool_recycle=50), database=replace(DATABASE, idle_session=60)), 60),
    ("churn", lambda: facts_of(serving(pool_size=1, max_overflow=9)), lambda: facts_of(serving(pool_size=9, max_overflow=1)), 2),
]  # fmt: skip
