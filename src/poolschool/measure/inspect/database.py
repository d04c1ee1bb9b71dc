"""What a PostgreSQL allows and has at this moment, by one connection that is closed at once; and whether a PgBouncer is between."""

import asyncio
import re
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.course.faults import UserMistake
from poolschool.measure.inspect.engines import connect_arguments, place_of
from poolschool.measure.inspect.facts import DatabaseFacts, Pooler
from poolschool.measure.inspect.secrets import without_passwords

_SECONDS = 5  # to connect
_SETTINGS = text(
    "SELECT name, setting FROM pg_settings WHERE name IN"
    " ('max_connections', 'superuser_reserved_connections', 'reserved_connections', 'idle_session_timeout')"
)
_LIMITS = text(
    "SELECT (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),"
    " (SELECT datconnlimit FROM pg_database WHERE datname = current_database())"
)
_OTHERS = text(
    "SELECT coalesce(application_name, ''), count(*) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datid IS NOT NULL"
    " AND coalesce(backend_type, 'client backend') = 'client backend'"
    " AND (usename <> current_user OR application_name <> current_setting('application_name')) GROUP BY 1 ORDER BY 2 DESC"
)


def read_database(engine: Engine) -> DatabaseFacts:
    """Ask the server of a PostgreSQL engine, on a connection of its own without a pool.

    Raises UserMistake, without a password in it, if none can be had.
    """
    arguments = connect_arguments(engine)
    try:
        if engine.dialect.is_async and engine.dialect.driver == "asyncpg":
            facts, pid = asyncio.run(_ask_async(engine, arguments))
        else:
            facts, pid = _ask_sync(engine, arguments)
    except (SQLAlchemyError, OSError, TypeError, ValueError, ArgumentError, NoSuchModuleError) as problem:
        raise UserMistake(_refused(engine, problem)) from None
    return _with_pooler(facts, pid, arguments, place_of(engine))


def _ask_sync(engine: Engine, arguments: dict[str, Any]) -> tuple[dict[str, Any], int]:
    known = {name: value for name, value in arguments.items() if name not in _in_url(engine)}
    own = create_engine(
        engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": _SECONDS} | known
    )
    with own.connect() as connection:
        return _ask(connection), _pid(connection.connection.dbapi_connection)


async def _ask_async(engine: Engine, arguments: dict[str, Any]) -> tuple[dict[str, Any], int]:
    known = {name: value for name, value in arguments.items() if name not in _in_url(engine)}
    own = create_async_engine(
        engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"timeout": _SECONDS} | known
    )
    async with own.connect() as connection:
        raw = await connection.get_raw_connection()
        return await connection.run_sync(_ask), _pid(raw.driver_connection)


def _in_url(engine: Engine) -> set[str]:
    return set(engine.dialect.create_connect_args(engine.url)[1])


def _pid(connection: Any) -> int:
    """Give the server process that the driver was told of when it connected."""
    if hasattr(connection, "get_server_pid"):
        return int(connection.get_server_pid())
    if hasattr(connection, "info") and hasattr(connection.info, "backend_pid"):
        return int(connection.info.backend_pid)
    return int(connection.get_backend_pid()) if hasattr(connection, "get_backend_pid") else 0


def _ask(connection: Connection) -> dict[str, Any]:
    settings = {name: int(setting) for name, setting in connection.execute(_SETTINGS)}
    role, database = connection.execute(_LIMITS).one()
    return {
        "settings": settings,
        "role": role,
        "database": database,
        "others": {str(name): int(count) for name, count in connection.execute(_OTHERS)},
        "pid": connection.scalar(text("SELECT pg_backend_pid()")),
    }


def _with_pooler(asked: dict[str, Any], pid: int, arguments: dict[str, Any], where: str) -> DatabaseFacts:
    settings = asked["settings"]
    limits = [(asked["role"], "the role's CONNECTION LIMIT"), (asked["database"], "the database's CONNECTION LIMIT")]
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
        others=asked["others"],
        # A pooler tells its clients a number of its own, and passes the question on.
        pooler=_ask_pooler(arguments) if pid and pid != asked["pid"] else None,
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
