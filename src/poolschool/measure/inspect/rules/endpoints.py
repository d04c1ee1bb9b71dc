"""Rules about what an endpoint holds, and while it waits for what. They read the source: each is a guess."""

from collections.abc import Callable
from math import isfinite

from poolschool.measure.inspect.facts import EndpointFacts, EngineFacts, Facts
from poolschool.measure.inspect.rules.finding import Finding, listed, open_endpoints, pool_of
from poolschool.measure.inspect.scenarios import lesson, simulator

CLIFF, LOOP, LEAKS = "p2_how/l06_threads_and_the_cliff", "p2_how/l07_async_engine", "p3_breaks/l09_leaks"
STREAMS, SESSIONS, FULL = (
    "p3_breaks/l12_streaming_and_sockets",
    "p2_how/l05_sessions_and_dependencies",
    "p3_breaks/l11_when_the_pool_is_full",
)


def cliff(facts: Facts) -> Finding | None:
    """Find `def` endpoints whose session is open while their answer waits for a thread."""
    found = [one for one in open_endpoints(facts) if one.checks_answer and one.held and not all(one.sessions)]
    engine = pool_of(facts)
    if not found or (engine is not None and not isfinite(engine.limit)):
        return None
    number = facts.threads + (int(engine.limit) if engine else 15)
    if 0 < facts.server.concurrency < number:
        return None
    pool = (
        f"{engine.size} + {engine.overflow} connections"
        if engine
        else "5 + 10 connections, if its pool is as SQLAlchemy makes it"
    )
    return Finding(
        "cliff",
        f"The service stands still at {number} requests at once",
        f"`def`, a session that is open at the return, and an answer that is checked in a thread: {listed(one.place for one in found)}",
        number,
        f"{number} at once: {facts.threads} threads + {pool}",
        f"commit before the return, or Depends(get_session, max_concurrency={int(engine.limit) if engine else 15}), or open the session inside of the function",
        lesson(CLIFF, "fifty_five"),
        simulator("forty_threads", engine, threads=facts.threads, shoppers=number + 20),
        guess=True,
    )


def _limit(engine: EngineFacts | None) -> int | None:
    return int(engine.limit) if engine is not None and isfinite(engine.limit) else None


def blocks_the_loop(facts: Facts) -> Finding | None:
    """Find a sync session or connection that is used in `async def`."""
    places = [place for one in facts.endpoints for place in one.blocks]
    if not places:
        return None
    engine = pool_of(facts)
    limit = _limit(engine)
    patience = f"{engine.timeout:g} s" if engine is not None and engine.timeout is not None else "its pool_timeout"
    return Finding(
        "blocks_the_loop",
        "A query stops every request of the process",
        f"sync queries on the event loop: {listed(places)}",
        limit + 1 if limit is not None else None,
        f"every query, for as long as it takes; if one is held across an await, {limit + 1} at once freeze the process for {patience}" if limit is not None
        else "every query, for as long as it takes",
        "`def` in place of `async def`, or an AsyncSession, or run_in_threadpool",
        lesson(LOOP, "sync_call_is_short"),
        simulator("forty_threads", engine, threads=1),
        guess=True,
    )  # fmt: skip


def leaks(facts: Facts) -> Finding | None:
    """Find sessions and connections that are not closed on every way out."""
    places = [place for one in facts.endpoints for place in one.leaks]
    if not places:
        return None
    engine = pool_of(facts) or pool_of(facts, is_async=True)
    limit = _limit(engine)
    return Finding(
        "leaks",
        "A connection is not returned on every way out",
        f"opened without `with`, and not closed in a `finally`: {listed(places)}",
        limit + 1 if limit is not None else None,
        f"the {limit + 1}th request, after {limit} that ended in an exception, unless the garbage collector comes first" if limit is not None
        else "each request that ends in an exception takes one away, unless the garbage collector comes first",
        "`with` around it, so that each way out returns it",
        lesson(LEAKS, "leaks_empty_the_pool"),
        simulator("leaks", engine, leak_on=1),
        guess=True,
    )  # fmt: skip


def _of_endpoints(
    facts: Facts,
    holds: Callable[[EndpointFacts], bool],
    rule: str,
    title: str,
    evidence: str,
    each: str,
    cure: str,
    where: str,
    held_ms: float,
) -> Finding | None:
    found = [one for one in open_endpoints(facts) if holds(one)]
    if not found:
        return None
    engine = pool_of(facts, is_async=all(found[0].sessions) and bool(found[0].sessions))
    limit = _limit(engine)
    return Finding(
        rule,
        title,
        f"{evidence}: {listed(one.place for one in found)}",
        limit,
        f"{limit} {each}, and nobody else gets a connection"
        if limit is not None
        else f"as many {each} as the pool has connections",
        cure,
        where,
        simulator("slow_query", engine, slow_on=1, slow_hold=held_ms),
        guess=True,
    )


def held_while_streaming(facts: Facts) -> Finding | None:
    """Find a session that is open until the client has read the last piece."""
    return _of_endpoints(
        facts,
        lambda one: bool(one.held_while_sent) or (one.streams and one.held and not one.ends_early),
        "held_while_streaming",
        "The slowest reader decides how long a connection is in use",
        "the answer is sent in pieces while a session is open",
        "clients that read slowly",
        "read first and close, or read in batches with a session for each; then send",
        lesson(STREAMS, "over_at_return"),
        10000,
    )


def reopened_by_stream(facts: Facts) -> Finding | None:
    """Find a dependency that ends before the stream, and a stream that uses its session: a closed session opens again."""
    return _of_endpoints(
        facts,
        lambda one: one.streams and one.ends_early and one.read_later,
        "reopened_by_stream",
        "A closed session takes a connection again, and nobody returns it",
        'a stream uses the session of a dependency with scope="function"',
        "such answers",
        "open a session inside of the generator",
        lesson(STREAMS, "function_scope_frees_streams"),
        60000,
    )


def held_by_websocket(facts: Facts) -> Finding | None:
    """Find a session that lives as long as a websocket."""
    return _of_endpoints(
        facts,
        lambda one: one.websocket and one.held,
        "held_by_websocket",
        "An open websocket keeps a connection, also while nothing is said",
        "its session is open until the socket closes",
        "open websockets",
        "a session for each message, or a commit after each",
        lesson(STREAMS, "idle_holds_nothing"),
        60000,
    )


def held_by_background_task(facts: Facts) -> Finding | None:
    """Find a session that stays open until background tasks have ended."""
    return _of_endpoints(
        facts,
        lambda one: one.background and one.held and not one.ends_early and not one.websocket,
        "held_by_background_task",
        "A connection is kept until the background tasks have ended",
        "tasks run after the answer, and the session's dependency ends after them",
        "running tasks",
        'commit before the return, or scope="function" (FastAPI 0.121)',
        lesson(SESSIONS, "returned_at_return"),
        5000,
    )


def slow_inside(facts: Facts) -> Finding | None:
    """Find a call of another service between a query and the end of its transaction."""
    calls = [call for one in facts.endpoints for call in one.slow_inside]
    return _of_endpoints(
        facts,
        lambda one: bool(one.slow_inside),
        "slow_inside",
        "A connection is held while somebody else is asked",
        f"{listed(calls)} inside of a transaction",
        "requests that wait there",
        "commit before you ask, and begin again afterwards",
        lesson("p4_scale/l15_sizing", "query_time_is_hold_time"),
        4000,
    )


def two_connections(facts: Facts) -> Finding | None:
    """Find requests that hold one connection and ask for another."""
    found = [one for one in open_endpoints(facts) if one.second_inside]
    engine = pool_of(facts, is_async=bool(found) and all(found[0].sessions) and bool(found[0].sessions))
    limit = _limit(engine)
    if not found:
        return None
    return Finding(
        "two_connections",
        "Requests that hold one connection wait for another",
        f"two sessions open together: {listed(one.place for one in found)}",
        limit,
        f"{limit} such requests at once: each has one, and none gets its second" if limit is not None
        else "as many such requests at once as the pool has connections",
        f"one session for each request, or admit {max((limit or 15) - 1, 1)} at once",
        lesson(CLIFF, "two_connections"),
        simulator("slow_query", engine, slow_on=1, slow_hold=5000),
        guess=True,
    )  # fmt: skip
