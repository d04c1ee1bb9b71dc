"""SQLAlchemy's engines: which an application uses, and what each is set to."""

from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import AsyncAdaptedQueuePool, Engine, NullPool, Pool, QueuePool, SingletonThreadPool, StaticPool

from poolschool.measure.inspect.facts import EngineFacts, Kind
from poolschool.measure.inspect.names import Scope
from poolschool.measure.inspect.openings import engine_of

if TYPE_CHECKING:
    from fastapi import FastAPI

_KINDS: tuple[tuple[type[Pool], Kind], ...] = (
    (QueuePool, "queue"),
    (AsyncAdaptedQueuePool, "queue"),
    (NullPool, "null"),
    (StaticPool, "static"),
    (SingletonThreadPool, "thread"),
)


def engines_of(app: "FastAPI", functions: Iterable[FunctionType]) -> dict[str, Engine]:
    """Find the engines that an application's functions name, directly or as a sessionmaker's; by those names."""
    found: dict[str, Engine] = {}
    for name, thing in _things(app, functions):
        engine = engine_of(thing)
        if engine is not None and engine not in found.values():
            found[_free(name, found)] = engine
    return found


def _things(app: "FastAPI", functions: Iterable[FunctionType]) -> Iterator[tuple[str, Any]]:
    yield from vars(app.state).get("_state", {}).items()
    for function in functions:
        for name, thing in Scope(function).named():
            yield name, thing
            if hasattr(thing, "__dict__") and not isinstance(thing, type | ModuleType | FunctionType):
                yield from (
                    (f"{name}.{inner}", one) for inner, one in list(vars(thing).items())
                )  # an object that keeps one


def _free(name: str, taken: Iterable[str]) -> str:
    return name if name not in taken else f"{name} ({sum(one.startswith(name) for one in taken) + 1})"


def read_engine(name: str, engine: Engine) -> EngineFacts:
    """Read one engine; nothing is opened."""
    pool, url, driver = engine.pool, engine.url, engine.dialect.driver
    kind: Kind = next((kind for base, kind in _KINDS if isinstance(pool, base)), "other")
    limits: dict[str, Any] = {}
    if isinstance(pool, QueuePool):
        limits = {"size": pool.size(), "overflow": pool._max_overflow, "timeout": pool._timeout}
        limits |= {"opened": pool.checkedin() + pool.checkedout()}
    return EngineFacts(
        name=name,
        url=url.render_as_string(hide_password=True),
        backend=url.get_backend_name(),
        driver=driver,
        is_async=engine.dialect.is_async,
        pool=type(pool).__name__,
        kind=kind,
        recycle=pool._recycle,
        pre_ping=pool._pre_ping,
        resets=_resets(engine),
        prepares=_prepares(engine),
        in_memory=url.get_backend_name() == "sqlite" and _in_memory(url.database, dict(url.query)),
        where=server_of(engine),
        **limits,
    )


def place_of(engine: Engine) -> str:
    """Name the server and the database of an engine, without user and password."""
    arguments = connect_arguments(engine)
    return f"{server_of(engine)}/{arguments.get('dbname') or arguments.get('database') or engine.url.database or ''}"


def server_of(engine: Engine) -> str:
    """Name the server of an engine: all its databases share max_connections."""
    arguments = connect_arguments(engine)
    port = arguments.get("port") or engine.url.port
    return f"{arguments.get('host') or engine.url.host or 'a local socket'}{f':{port}' if port else ''}"


def connect_arguments(engine: Engine) -> dict[str, Any]:
    """Give what the engine hands to the driver's connect(): from its address and its connect_args. Secret: passwords are in it."""
    create: Any = engine.pool._creator
    code = getattr(create, "__code__", None)
    cells = dict(zip(code.co_freevars, create.__closure__ or (), strict=False)) if code else {}
    return dict(cells["cparams"].cell_contents) if "cparams" in cells else {}  # none with a `creator` of one's own


def _resets(engine: Engine) -> bool:
    """Whether a returned connection is rolled back or committed; without a transaction there is nothing to reset."""
    autocommit = getattr(engine.dialect, "_on_connect_isolation_level", None) == "AUTOCOMMIT"
    return autocommit or str(getattr(engine.pool._reset_on_return, "name", "")) != "reset_none"


def _prepares(engine: Engine) -> bool:
    arguments, driver = connect_arguments(engine), engine.dialect.driver
    if driver in ("psycopg", "psycopg_async"):
        return arguments.get("prepare_threshold", 5) is not None
    if driver == "asyncpg":  # SQLAlchemy prepares each statement itself: only a name of its own keeps it from others
        cached = arguments.get("statement_cache_size") != 0 or arguments.get("prepared_statement_cache_size") not in (
            0,
            "0",
        )
        return cached or "prepared_statement_name_func" not in arguments
    return False


def _in_memory(database: str | None, query: dict[str, Any]) -> bool:
    return database in (None, "", ":memory:") or query.get("mode") == "memory" or "mode=memory" in str(database)
