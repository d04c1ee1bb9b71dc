"""Rules about how many connections may be open, and how many the database has."""

from math import inf

from poolschool.measure.inspect.facts import DatabaseFacts, EngineFacts, Facts
from poolschool.measure.inspect.rules.finding import Finding, listed
from poolschool.measure.inspect.scenarios import lesson, simulator

FORKS, POOL, COST = "p3_breaks/l14_forks_and_workers", "p2_how/l04_engine_and_pool", "p1_why/l02_cost_of_connecting"
BUSY = {"rate": 2000, "hold": 500}  # requests per second and ms: enough to fill any pool that the simulator draws


def _together(facts: Facts, database: DatabaseFacts) -> list[EngineFacts]:
    return [one for one in facts.engines if facts.databases.get(one.where) is database and one.limit < inf]


def _wanted(facts: Facts, database: DatabaseFacts) -> int:
    return facts.server.processes * int(sum(one.limit for one in _together(facts, database)))


def _sum(facts: Facts, database: DatabaseFacts) -> str:
    pools = " + ".join(
        f"({one.size} + {one.overflow})" if one.kind == "queue" else "1" for one in _together(facts, database)
    )
    hosts = f"{facts.server.hosts} hosts × " if facts.server.hosts > 1 else ""
    return f"{hosts}{facts.server.workers} processes ({facts.server.source}) × {pools} = {_wanted(facts, database)}; {database.sum}"


def _pooled(database: DatabaseFacts) -> bool:
    return database.pooler is not None  # then the pooler counts, and not the server


def over_budget(facts: Facts) -> Finding | None:
    """Find pools that together may open more than the database allows."""
    for database in facts.databases.values():
        wanted = _wanted(facts, database)
        if wanted > database.room and not _pooled(database):
            each = int(sum(one.limit for one in _together(facts, database)))
            return Finding(
                "over_budget",
                "The database refuses connections when all pools are busy",
                _sum(facts, database),
                database.room + 1,
                f"{database.room + 1} connections in use together: at once an error, without a wait",
                f"at most {max(database.room // facts.server.processes, 0)} for each process in place of {each}, fewer processes, or a pooler between",
                lesson(FORKS, "deploy_replaces_at_once"),
                _crowd(facts, database),
            )
    return None


def _crowd(facts: Facts, database: DatabaseFacts) -> str:
    engine = next(iter(_together(facts, database)), None)
    return simulator(
        "four_workers", engine, processes=facts.server.processes, max_connections=max(database.room, 1), **BUSY
    )


def over_budget_in_deploy(facts: Facts) -> Finding | None:
    """Find pools that fit, but not twice: while old and new processes are there together."""
    for database in facts.databases.values():
        wanted = _wanted(facts, database)
        if wanted <= database.room < 2 * wanted and not _pooled(database):
            return Finding(
                "over_budget_in_deploy",
                "The database refuses connections while a deploy runs",
                f"{_sum(facts, database)}; old and new processes together may open {2 * wanted}",
                database.room + 1,
                f"{database.room + 1} connections in use together, old and new",
                f"at most {database.room // (2 * facts.server.processes)} for each process, or start the new ones one by one",
                lesson(FORKS, "deploy_replaces_at_once"),
                simulator("four_workers", next(iter(_together(facts, database)), None),
                          processes=2 * facts.server.processes, max_connections=database.room, **BUSY),
            )  # fmt: skip
    return None


def no_limit(facts: Facts) -> Finding | None:
    """Find a pool that opens as many as are asked for."""
    found = [one for one in facts.engines if one.kind == "queue" and one.limit == inf and one.backend != "sqlite"]
    if not found:
        return None
    database = facts.databases.get(found[0].where)
    room = database.room if database else None
    return Finding(
        "no_limit",
        "The pool has no limit, and the database does",
        f"{found[0].name}: {'pool_size=0 does not turn pooling off, it lifts the limit' if found[0].size == 0 else 'max_overflow=-1'}",
        room + 1 if room is not None else None,
        f"{room + 1} requests at once: {database.sum}"
        if room is not None and database
        else "as many requests at once as the database has connections, and one more",
        "pool_size and max_overflow as numbers, so that a request waits for a moment in place of failing",
        lesson(POOL, "zero_means_off"),
        simulator("four_workers", found[0], processes=1, max_connections=max(room or 97, 1), **BUSY),
    )


def no_pool(facts: Facts) -> Finding | None:
    """Find NullPool in a web application, with no pooler before the database."""
    found = [one for one in facts.engines if one.kind == "null" and one.backend != "sqlite"]
    if not (facts.is_app and found) or facts.serverless:
        return None
    database = facts.databases.get(found[0].where)
    if database is not None and database.pooler is not None:
        return None
    room = database.room if database else None
    return Finding(
        "no_pool",
        "Every request opens a connection, and nothing limits how many",
        f"{found[0].name} has {found[0].settings}",
        room + 1 if room is not None else None,
        f"each request pays for a connection; at {room + 1} at once the database refuses"
        if room is not None
        else "each request pays for a connection",
        "leave poolclass out: a pool opens once, and it is a limit that protects the database",
        lesson(POOL, "nullpool_has_no_limit"),
        simulator("cost_of_connecting", pooled=0),
    )


def engine_per_request(facts: Facts) -> Finding | None:
    """Find an engine that is made where requests are served."""
    places = [place for one in facts.endpoints for place in one.makes_engine]
    if not places:
        return None
    room = next((database.room for database in facts.databases.values()), None)
    return Finding(
        "engine_per_request",
        "Every request makes an engine, and with it a pool that nobody shares",
        listed(places),
        room + 1 if room is not None else None,
        f"each request pays for a connection; undisposed engines keep theirs, and {room + 1} are too many" if room is not None
        else "each request pays for a connection, and undisposed engines keep theirs",
        "one engine for the process, made where the application is made",
        lesson(POOL, "engine_per_request"),
        simulator("cost_of_connecting", pooled=0),
        guess=True,
    )  # fmt: skip
