"""Rules whose harm is the worst: somebody gets wrong data, and nothing fails."""

from poolschool.measure.inspect.facts import EngineFacts, Facts, Pooler
from poolschool.measure.inspect.rules.finding import Finding, listed
from poolschool.measure.inspect.scenarios import lesson

FORKS, POOLERS, LEAKS = "p3_breaks/l14_forks_and_workers", "p4_scale/l17_poolers", "p3_breaks/l09_leaks"
TESTS = "p2_how/l08_pools_in_tests"


def shared_by_fork(facts: Facts) -> Finding | None:
    """Find a preloading server, and a connection that was open before its workers are forked."""
    opened = [one for one in facts.engines if one.opened and one.backend != "sqlite"]
    if not (facts.server.preload and opened) or facts.server.post_fork:
        return None
    return Finding(
        "shared_by_fork",
        "Workers read each other's answers",
        f"gunicorn preloads, and after the import {listed(f'{one.name} has {one.opened} open' for one in opened)}; there is no post_fork",
        2,
        "2 requests at once, in two workers that were forked with the same connection",
        "engine.dispose(close=False) in post_fork, for every engine",
        lesson(FORKS, "dispose_in_the_child"),
        lesson(FORKS),
    )


def _mixes(pooler: Pooler | None) -> bool:
    if pooler is None or pooler.mode == "session":
        return False
    if pooler.version is None:
        return True
    return pooler.version < (1, 21) or not pooler.tracked


def prepared_behind_pooler(facts: Facts) -> Finding | None:
    """Find prepared statements under names that several clients use, on sessions that several clients share."""

    def behind(engine: EngineFacts) -> Pooler | None:
        database = facts.databases.get(engine.where)
        return database.pooler if database else None

    found = [one for one in facts.engines if one.prepares and _mixes(behind(one))]
    if not found:
        return None
    pooler = behind(found[0])
    version = ".".join(map(str, pooler.version)) if pooler and pooler.version else ""
    known = (
        f"PgBouncer {version} with max_prepared_statements={pooler.tracked or 0}"
        if pooler and version
        else "a pooler that did not tell its version"
    )
    return Finding(
        "prepared_behind_pooler",
        "A query gets another query's rows",
        f"{listed(f'{one.name} ({one.driver}) prepares statements' for one in found)}; between it and the server is {known}",
        6 if found[0].driver != "asyncpg" else 1,
        "the 6th run of a statement on a connection"
        if found[0].driver != "asyncpg"
        else "the 1st statement: asyncpg prepares each",
        "PgBouncer 1.21 or newer with max_prepared_statements above 0; else prepare_threshold=None (psycopg), or both caches 0 and names of their own (asyncpg)",
        lesson(POOLERS, "prepared_is_faster"),
        lesson(POOLERS),
        guess=not version,
    )


def not_reset(facts: Facts) -> Finding | None:
    """Find connections that are returned with their transaction open."""
    found = [one for one in facts.engines if not one.resets and one.kind != "null"]
    if not found:
        return None
    return Finding(
        "not_reset",
        "Who takes a connection next is in somebody else's transaction",
        f"pool_reset_on_return=None: {listed(one.name for one in found)}",
        1,
        "the 1st connection that is returned without commit or rollback by raw_connection(), or after an error",
        "leave pool_reset_on_return at 'rollback'",
        "reference/settings/#state",
        lesson(LEAKS, "close_rolls_back"),
    )


def shared_session(facts: Facts) -> Finding | None:
    """Find one session for all requests, kept in a variable."""
    places = [place for one in facts.endpoints for place in one.shared]
    if not places:
        return None
    return Finding(
        "shared_session",
        "All requests share one session and one transaction",
        f"a session that was made before any request: {listed(places)}",
        2,
        "2 requests at once: one commits what the other has not finished, or an error says that it is in use",
        "keep the sessionmaker; make a session for each request",
        lesson("p2_how/l07_async_engine", "session_serves_tasks"),
        lesson(TESTS),
    )


def memory_by_thread(facts: Facts) -> Finding | None:
    """Find SQLite in memory in an application with threads: a database for each thread, or one transaction for all."""
    found = [one for one in facts.engines if one.in_memory and one.kind in ("thread", "static")]
    if not (facts.is_app and found):
        return None
    each = found[0].kind == "thread"
    return Finding(
        "memory_by_thread",
        "Each thread has an empty database of its own"
        if each
        else "All requests share one connection and one transaction",
        f"{found[0].name} is SQLite in memory, on {found[0].pool}; {facts.threads} threads serve `def` endpoints",
        2,
        f"the 2nd thread of {facts.threads}: no such table"
        if each
        else "2 requests at once: one commits what the other has not finished",
        "a SQLite file, or the database that the service will run on",
        lesson(TESTS, "memory_is_one_database" if each else "static_pool_is_a_pool"),
        lesson(TESTS),
    )


def one_connection(facts: Facts) -> Finding | None:
    """Find a StaticPool for a server's database in an application."""
    found = [one for one in facts.engines if one.kind == "static" and not one.in_memory]
    if not (facts.is_app and found):
        return None
    return Finding(
        "one_connection",
        "All requests share one connection and one transaction",
        f"{found[0].name} has a StaticPool",
        2,
        "2 requests at once: one commits what the other has not finished",
        "leave poolclass out",
        lesson(TESTS, "static_pool_is_a_pool"),
        lesson(TESTS),
    )
