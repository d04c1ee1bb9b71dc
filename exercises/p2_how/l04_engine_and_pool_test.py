"""Configure five engines for five needs; the checker lends, gives back, lets time pass and closes connections."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import l04_engine_and_pool as store
import pytest
from sqlalchemy import Engine, QueuePool, exc

from poolschool.checks import Wrong, call, count_connections, expect

MANY = 40  # more loans at once than any of these programs may have


@pytest.fixture
def engine_for(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Ask the learner for engines on SQLite files; put a refused setting into words; dispose of them all."""
    made: list[Engine] = []

    def ask(program: str, file: str = "store.db") -> Engine:
        try:
            made.append(call(store.engine_for, program, f"sqlite:///{tmp_path / file}"))
        except (TypeError, exc.ArgumentError) as no:
            got = str(no).split(" sent to")[0].split(" (Back")[0]
            if not got.startswith(("Invalid argument(s)", "Pool class")):
                raise
            hint = "Each class of pool takes its own settings, and an Async… one is for async engines."
            raise Wrong(called=f"engine_for({program!r}, url)", got=got, expected="an engine", hint=hint,
                        belief="any_pool_any_setting") from None  # fmt: skip
        return made[-1]

    yield ask
    for engine in made:
        engine.dispose()


def why(pool: object, most: int) -> dict[str, str]:
    """Tell a hint, and the belief that may have led to these settings."""
    size, overflow = (pool.size(), pool._max_overflow) if isinstance(pool, QueuePool) else (None, None)
    return next({"hint": hint, "belief": belief} for true, hint, belief in (
        (size == 0, "pool_size=0 lifts the limit and keeps everything.", "zero_means_off"),
        (most == MANY, "A class of pool that keeps nothing can be given as `poolclass`.", ""),
        (size is None, "QueuePool is the one with a limit: leave `poolclass` away.", "nullpool_is_a_limit"),
        (overflow == -1, "max_overflow=-1 means no limit; none at all is 0.", "minus_one_means_none"),
        (overflow == most, "max_overflow comes on top; it is not the total.", "overflow_is_the_total"),
        (True, "pool_size is kept; max_overflow, by default 10, comes on top.", "overflow_forgotten"),
    ) if true)  # fmt: skip


def check_sizes(program: str, engine: Engine, *, keeps: int, most: int) -> None:
    """Lend until the pool refuses, take all back; compare how many were out and how many are kept."""
    borrowed, reason = [], why(engine.pool, most)
    engine.pool._timeout = 0  # a checker does not wait for a connection that must not come
    with count_connections() as seen:
        with suppress(exc.TimeoutError):
            borrowed.extend(engine.connect() for _ in range(MANY))
        for connection in borrowed:
            connection.close()
    expect(len(borrowed), most, called=f"connections that engine_for({program!r}, url) lends at once", **reason)
    expect(seen.open_now, keeps, called=f"connections that engine_for({program!r}, url) keeps", **reason)


def check_survives(program: str, engine: Engine) -> None:
    """Close an idle connection behind the pool's back; the next borrower must not notice."""
    with engine.connect() as connection:
        real = connection.connection.dbapi_connection
    real.close()
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except exc.DBAPIError as dead:
        raise Wrong(
            called=f"a query on engine_for({program!r}, url), its idle connection closed from outside",
            got=f"{type(dead).__name__}: {dead.orig}",
            expected="an answer, on a connection that was tried first",
            hint="One keyword makes the pool ask before it lends.",
            belief="young_is_alive",
        ) from None


@pytest.mark.task(1, "The web shop: keeps 10, opens at most 15, gives up after 2 seconds", hint="Three keywords.")
def test_web(engine_for: Callable[..., Engine]) -> None:
    """The web shop's engine keeps 10 connections, lends at most 15 at once and lets a caller wait 2 seconds."""
    engine = engine_for("web")
    expect(getattr(engine.pool, "_timeout", None), 2, called="the time-out of engine_for('web', url)",
           hint="`pool_timeout` is in seconds, and 30 by default.", belief="times_in_milliseconds")  # fmt: skip
    check_sizes("web", engine, keeps=10, most=15)


@pytest.mark.task(2, "The nightly job: keeps nothing, and nobody waits", hint="Which class of pool is no pool?")
def test_nightly(engine_for: Callable[..., Engine]) -> None:
    """The nightly job's engine opens a connection for every loan and closes it when it comes back."""
    check_sizes("nightly", engine_for("nightly"), keeps=0, most=MANY)


@pytest.mark.task(3, "The reports tool: four, and never a fifth", hint="What lets a pool of four open a fifth?")
def test_reports(engine_for: Callable[..., Engine]) -> None:
    """The reports tool's engine keeps 4 connections and never opens a fifth."""
    check_sizes("reports", engine_for("reports"), keeps=4, most=4)


@pytest.mark.task(4, "The warehouse: nothing old, nothing dead", hint="Two keywords: one looks at the clock, one asks.")
def test_warehouse(engine_for: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse's engine reuses a connection for minutes, replaces it after four, and tests it before each loan."""
    engine, now, opened = engine_for("warehouse"), [0.0], []
    monkeypatch.setattr("sqlalchemy.pool.base.time", SimpleNamespace(time=lambda: now[0]))
    for now[0] in (0.0, 60.0, 241.0):
        with count_connections() as seen:
            engine.connect().close()
        opened.append(seen.opened)
    expect(opened[1], 0, called="connections opened by engine_for('warehouse', url), the idle one 60 s old",
           hint="`pool_recycle` is in seconds.", belief="recycle_in_minutes")  # fmt: skip
    expect(opened[2], 1, called="connections opened by engine_for('warehouse', url), the idle one 241 s old",
           hint="`pool_recycle` is the age up to which it is lent.", belief="age_looks_after_itself")  # fmt: skip
    check_survives("warehouse", engine)


@pytest.mark.task(5, "The sale: eight, and idle ones may rest", hint="First in, first out keeps all of them busy.")
def test_sale(engine_for: Callable[..., Engine]) -> None:
    """The sale's engine keeps 8, opens no ninth, lends what came back last and tests it before each loan."""
    engine, lent = engine_for("sale"), set()
    check_sizes("sale", engine, keeps=8, most=8)
    for _ in range(8):
        with engine.connect() as connection:
            lent.add(connection.connection.dbapi_connection)
    expect(len(lent), 1, called="connections used by 8 loans from engine_for('sale', url), one after another",
           hint="Last in, first out: one keyword with `lifo` in it.", belief="idle_ones_rest")  # fmt: skip
    check_survives("sale", engine)


@pytest.mark.task(6, "Each engine is made only once", hint="Where can an engine be remembered between two calls?")
def test_made_once(engine_for: Callable[..., Engine]) -> None:
    """Ten handlers that ask for the web shop's engine share one; another program or database has its own."""
    with count_connections() as seen:
        for _ in range(10):
            engine_for("web").connect().close()
    expect(seen.opened, 1, called="connections opened by engine_for('web', url), asked for and used ten times",
           hint="A new engine is a new and empty pool.", belief="engine_per_request")  # fmt: skip
    different = {engine_for("web"), engine_for("reports"), engine_for("web", "other.db")}
    expect(len(different), 3, called="different engines for two programs, and for another database",
           hint="Remember by both arguments.", belief="one_engine_for_everything")  # fmt: skip
