"""Rules about times: how long somebody waits, how long a connection may rest; and about a pool that opens too often."""

from poolschool.measure.inspect.facts import Facts
from poolschool.measure.inspect.rules.finding import Finding, listed
from poolschool.measure.inspect.scenarios import lesson, simulator

STALE, FULL, POOL = (
    "p3_breaks/l13_stale_connections",
    "p3_breaks/l11_when_the_pool_is_full",
    "p2_how/l04_engine_and_pool",
)
TOO_MUCH_OVERFLOW = 5  # times pool_size; SQLAlchemy's own defaults are 2 times


def stale(facts: Facts) -> Finding | None:
    """Find a server that ends idle sessions, and a pool that neither asks nor replaces in time."""
    for engine in facts.engines:
        database = facts.databases.get(engine.where)
        if database is None or not database.idle_session or database.pooler or engine.kind not in ("queue", "static"):
            continue
        cut = database.idle_session
        if engine.pre_ping or 0 <= engine.recycle < cut:
            continue
        return Finding(
            "stale",
            "The first request after a quiet time fails",
            f"the server ends sessions that are idle for {cut:g} s (idle_session_timeout); {engine.name} has no pool_pre_ping, pool_recycle={engine.recycle:g}",
            cut,
            f"{cut:g} s without a query on a connection",
            f"pool_pre_ping=True, or a pool_recycle below {cut:g}",
            lesson(STALE, "pool_knows_the_server"),
            simulator("database_restart", engine, pool_pre_ping=0),
        )
    return None


def waits_for_ever(facts: Facts) -> Finding | None:
    """Find pool_timeout=None in an application."""
    found = [one for one in facts.engines if one.kind == "queue" and one.timeout is None and one.limit < float("inf")]
    if not (facts.is_app and found):
        return None
    return Finding(
        "waits_for_ever",
        "A request that finds the pool empty waits for ever",
        f"pool_timeout=None: {listed(one.name for one in found)}",
        found[0].limit + 1,
        f"{found[0].limit + 1:g} requests at once, if one of {found[0].limit:g} is never returned",
        "pool_timeout=2 to 5, and an answer 503 to the error",
        lesson(FULL, "it_hangs_for_ever"),
        simulator("leaks", found[0], leak_on=1, pool_timeout=60),
    )


def longer_than_the_client(facts: Facts) -> Finding | None:
    """Find a pool_timeout that is not shorter than the time after which the client has gone."""
    client = facts.client_timeout
    found = [
        one
        for one in facts.engines
        if one.kind == "queue" and one.timeout is not None and client is not None and one.timeout >= client
    ]
    if not found:
        return None
    return Finding(
        "longer_than_the_client",
        "Requests wait for a connection after their client has gone",
        f"{listed(f'{one.name} waits {one.timeout:g} s' for one in found)}; the client gives up after {client:g} s",
        client,
        f"a wait of {client:g} s: the work that follows is for nobody, and it makes others wait",
        f"a pool_timeout well below {client:g}",
        lesson(FULL, "longer_is_safer"),
        simulator("forty_threads", found[0], pool_timeout=found[0].timeout or 0),
    )


def churn(facts: Facts) -> Finding | None:
    """Find a pool that lives in its overflow: it opens and closes all the time."""
    found = [
        one
        for one in facts.engines
        if one.kind == "queue" and one.size and one.overflow >= TOO_MUCH_OVERFLOW * one.size and one.backend != "sqlite"
    ]
    if not (facts.is_app and found):
        return None
    engine = found[0]
    return Finding(
        "churn",
        "Most connections are closed as soon as they are returned",
        f"{engine.name} keeps {engine.size} and opens {engine.overflow} on top",
        engine.size + 1,
        f"{engine.size + 1} requests at once: each beyond {engine.size} may open a connection for itself",
        f"pool_size={engine.size + engine.overflow}, max_overflow=0: the same limit, and they are kept",
        lesson(POOL, "overflow_is_free"),
        simulator("overflow_churn", engine),
    )
