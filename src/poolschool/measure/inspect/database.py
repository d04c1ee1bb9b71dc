"""What a PostgreSQL allows and has at this moment, by one connection that is closed at once; and whether a PgBouncer is between."""

import asyncio
import os
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, NullPool
from sqlalchemy.util import greenlet_spawn

from poolschool.course.faults import UserMistake
from poolschool.measure.inspect.apart import answer_of
from poolschool.measure.inspect.engines import connect_arguments, place_of
from poolschool.measure.inspect.facts import DatabaseFacts, Pooler
from poolschool.measure.inspect.secrets import without_passwords

_SECONDS = 5  # to connect
_ALL_SECONDS = 15  # for everything that is asked
_SETTINGS = (
    "SELECT name, setting FROM pg_settings WHERE name IN"
    " ('max_connections', 'superuser_reserved_connections', 'reserved_connections', 'idle_session_timeout')"
)
_LIMITS = (
    "SELECT (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),"
    " (SELECT datconnlimit FROM pg_database WHERE datname = current_database()), pg_backend_pid()"
)
_OTHERS = (
    "SELECT coalesce(application_name, ''), count(*) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datid IS NOT NULL"
    " AND coalesce(backend_type, 'client backend') = 'client backend'"
    " AND (usename <> current_user OR application_name <> current_setting('application_name')) GROUP BY 1 ORDER BY 2 DESC"
)


def read_database(engine: Engine) -> DatabaseFacts:
    """Ask the server of a PostgreSQL engine, on one connection that is opened as the engine would, and closed at once.

    Raises UserMistake, without a password in it, if none can be had.
    """
    patience = os.environ.get("PGCONNECT_TIMEOUT")
    os.environ["PGCONNECT_TIMEOUT"] = patience or str(
        _SECONDS
    )  # libpq's own, for an address that does not answer at all
    try:
        if engine.dialect.is_async:
            asked = answer_of(lambda: asyncio.wait_for(greenlet_spawn(_ask, engine), _ALL_SECONDS))
        else:
            asked = _ask(engine)
    except Exception as problem:  # each driver has errors of its own
        raise UserMistake(_refused(engine, problem)) from None
    finally:
        if patience is None:
            del os.environ["PGCONNECT_TIMEOUT"]
    return _facts(asked, connect_arguments(engine), place_of(engine))


@dataclass(frozen=True)
class _Asked:
    """What the server has answered, and the number of its process that the driver was told."""

    settings: dict[str, int]
    role: int | None
    database: int | None
    pid: int
    told_pid: int
    others: dict[str, int]


def _ask(engine: Engine) -> _Asked:
    connection = NullPool(engine.pool._creator, dialect=engine.dialect).connect()
    try:
        cursor = connection.cursor()

        def rows(question: str) -> list[Any]:
            cursor.execute(question)
            return list(cursor.fetchall())

        ((role, database, pid),) = rows(_LIMITS)
        return _Asked(
            {str(name): int(setting) for name, setting in rows(_SETTINGS)},
            role,
            database,
            int(pid),
            _told_pid(connection.driver_connection),
            {str(name): int(count) for name, count in rows(_OTHERS)},
        )
    finally:
        connection.close()


def _told_pid(connection: Any) -> int:
    """Give the server process of which the driver was told when it connected; 0 if it does not say."""
    for owner, name in ((connection, "get_server_pid"), (connection, "get_backend_pid")):
        if hasattr(owner, name):
            return int(getattr(owner, name)())
    return int(getattr(getattr(connection, "info", None), "backend_pid", 0))


def _facts(asked: _Asked, arguments: dict[str, Any], where: str) -> DatabaseFacts:
    settings = asked.settings
    limits = [(asked.role, "the role's CONNECTION LIMIT"), (asked.database, "the database's CONNECTION LIMIT")]
    limit, name = min(
        ((number, name) for number, name in limits if number is not None and number >= 0),
        default=(0, "max_connections"),
    )
    return DatabaseFacts(
        where=where,
        max_connections=settings["max_connections"],
        reserved=settings["superuser_reserved_connections"] + settings.get("reserved_connections", 0),
        idle_session=settings.get("idle_session_timeout", 0) / 1000,
        limit_name=name,
        limit=limit,
        others=asked.others,
        # A pooler tells its clients a number of its own, and passes the question on.
        pooler=_ask_pooler(arguments) if asked.told_pid and asked.told_pid != asked.pid else None,
    )


def _ask_pooler(arguments: dict[str, Any]) -> Pooler:
    """Ask PgBouncer's console, which costs the database nothing; it answers only to those whom it knows as admin or stats user."""
    try:
        import psycopg
        from psycopg.rows import dict_row
    except ImportError:
        return Pooler()
    words = {name: arguments[name] for name in ("host", "port", "user", "password") if arguments.get(name)}
    try:
        console = psycopg.connect(
            **words, dbname="pgbouncer", autocommit=True, connect_timeout=_SECONDS, cursor_factory=psycopg.ClientCursor, row_factory=dict_row
        )  # fmt: skip
        with console:
            said = str(console.execute("SHOW VERSION").fetchall())
            config = {row["key"]: str(row["value"]) for row in console.execute("SHOW CONFIG").fetchall()}
    except psycopg.Error:
        return Pooler()
    version = re.search(r"(\d+)\.(\d+)", said)
    tracked = config.get("max_prepared_statements", "0")
    return Pooler(
        version=(int(version[1]), int(version[2])) if version else None,
        tracked=int(tracked) if tracked.isdigit() else None,
        mode=config.get("pool_mode"),
    )


def _refused(engine: Engine, problem: Exception) -> str:
    lines = [line.strip() for line in str(getattr(problem, "orig", None) or problem).splitlines() if line.strip()]
    told = next(
        (line for line in lines if "FATAL" in line or "failed" in line), lines[0] if lines else type(problem).__name__
    )
    why = without_passwords(told.rpartition("FATAL:")[2].strip() or told, engine.url.password).rstrip(".")
    if "unsupported startup parameter" in why:
        cure = "PgBouncer lets nobody in who sends it: set it by ALTER ROLE, or in each transaction (lesson: Poolers)."
    else:
        cure = "Start the database or correct the address; --offline looks only at what needs no database."
    return f"{place_of(engine)} gave no connection: {why}. {cure}"
