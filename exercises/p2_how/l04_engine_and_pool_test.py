"""Configure five engines for five needs; the checker lends, gives back, lets time pass and closes connections."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import l04_engine_and_pool as store
import pytest
from sqlalchemy import Engine, QueuePool, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.checks import Wrong, call, count_connections, expect

EngineOf = Callable[[str], Engine]
MANY = 40  # more loans at once than any of the five programs may have


@pytest.fixture
def engine_of(tmp_path: Path) -> Iterator[EngineOf]:
    """Ask the learner for a program's engine on a fresh SQLite file; dispose of all engines afterwards."""
    engines = []

    def ask(program: str, file: str = "store.db") -> Engine:
        try:
            engines.append(call(store.engine_for, program, f"sqlite:///{tmp_path / file}"))
        except (TypeError, ArgumentError) as refused:
            if "nvalid argument" not in str(refused) and "Pool class" not in str(refused):
                raise
            raise Wrong(
                called=f"engine_for({program!r}, url)",
                got=str(refused).split(" sent to")[0].split(" (Back")[0],
                expected="an engine",
                hint="Every class of pool takes its own settings only: NullPool knows no "
                "size, and AsyncAdaptedQueuePool is for async engines.",
                belief="any_pool_any_setting",
            ) from refused
        return engines[-1]

    yield ask
    for engine in engines:
        engine.dispose()


def why_more(pool: QueuePool, most: int) -> tuple[str, str]:
    """Guess from a pool's settings what its author believed; return a hint and the belief."""
    if pool.size() == 0:
        return "pool_size=0 means no limit, and then max_overflow is ignored.", "zero_means_off"
    if pool._max_overflow == -1:
        return "max_overflow=-1 means no limit; none at all is 0.", "minus_one_means_none"
    if pool._max_overflow == most:
        return "max_overflow counts what comes on top of pool_size; it is not the total.", "overflow_is_the_total"
    return "The cap is pool_size + max_overflow, and max_overflow is 10 unless you say otherwise.", "overflow_forgotten"


def check_sizes(program: str, engine: Engine, *, keeps: int, most: int) -> None:
    """Lend until the pool refuses, give all back, and compare how many were open and how many are kept."""
    pool, asked = engine.pool, f"engine_for({program!r}, url)"
    if not isinstance(pool, QueuePool):
        raise Wrong(
            called=f"{asked}.pool",
            got=type(pool).__name__,
            expected="QueuePool, as create_engine chooses by itself",
            hint="Leave `poolclass` away: QueuePool is the one with a limit.",
            belief="nullpool_is_a_limit",
        )
    pool._timeout = 0  # a checker does not wait for a connection that must not come
    borrowed = []
    with count_connections() as seen:
        with suppress(PoolTimeout):
            borrowed.extend(engine.connect() for _ in range(MANY))
        for connection in borrowed:
            connection.close()
    if len(borrowed) > most:
        hint, belief = why_more(pool, most)
        raise Wrong(
            called=f"{asked}.connect(), again and again without giving back",
            expected=f"{most} connections, then a refusal",
            got=f"{len(borrowed)} connections, {'no refusal' if len(borrowed) == MANY else 'then a refusal'}",
            hint=hint,
            belief=belief,
        )
    expect(
        seen.open_now, keeps, called=f"connections that {asked} keeps after a rush", hint="`pool_size` is what is kept."
    )
    expect(
        len(borrowed),
        most,
        called=f"connections that {asked} lends at once",
        hint="The cap is pool_size + max_overflow.",
    )


def check_survives(program: str, engine: Engine) -> None:
    """Close an idle connection behind the pool's back; the next borrower must not notice."""
    with engine.connect() as connection:
        real = connection.connection.dbapi_connection
    real.close()
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        raise Wrong(
            called=f"a query on engine_for({program!r}, url), whose idle connection was closed from outside",
            got=f"{type(error).__name__}: {error.orig}",
            expected="an answer, on a connection that was tried first",
            hint="One keyword makes the pool ask each connection before it lends it.",
            belief="young_is_alive",
        ) from error


@pytest.mark.task(
    1,
    "The web shop: keeps 10, opens at most 15, gives up after 2 seconds",
    hint="Three keywords: what is kept, what comes on top, how long to wait.",
)
def test_web(engine_of: EngineOf) -> None:
    """The web shop's engine keeps 10 connections, lends at most 15 at once and lets a caller wait 2 seconds."""
    engine = engine_of("web")
    patience = engine.pool.timeout() if isinstance(engine.pool, QueuePool) else None
    check_sizes("web", engine, keeps=10, most=15)
    expect(
        patience,
        2,
        called="engine_for('web', url).pool.timeout(), in seconds",
        hint="`pool_timeout` is given in seconds and is 30 unless you say otherwise.",
        belief="times_in_milliseconds",
    )


@pytest.mark.task(2, "The nightly job: keeps nothing", hint="Which class of pool is no pool?")
def test_nightly(engine_of: EngineOf) -> None:
    """The nightly job's engine opens a connection for every loan and closes it when it comes back."""
    engine = engine_of("nightly")
    with count_connections() as seen:
        for _ in range(3):
            engine.connect().close()
    if seen.open_now or seen.opened != 3:
        zero = isinstance(engine.pool, QueuePool) and engine.pool.size() == 0
        raise Wrong(
            called="three loans from engine_for('nightly', url), one after another",
            got=f"{seen.opened} opened, {seen.open_now} kept",
            expected="3 opened, 0 kept",
            hint="pool_size=0 lifts the limit; the pool stays."
            if zero
            else "A class of pool that keeps nothing can be handed to create_engine as `poolclass`.",
            belief="zero_means_off" if zero else "",
        )


@pytest.mark.task(
    3, "The reports tool: four, and never a fifth", hint="What lets a pool of four open a fifth connection?"
)
def test_reports(engine_of: EngineOf) -> None:
    """The reports tool's engine keeps 4 connections and never opens a fifth."""
    check_sizes("reports", engine_of("reports"), keeps=4, most=4)


@pytest.mark.task(4, "The warehouse: nothing old, nothing dead", hint="Two keywords: one looks at the clock, one asks.")
def test_warehouse(engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse's engine reuses a connection for minutes, replaces it after four, and tests it before each loan."""
    engine, clock = engine_of("warehouse"), SimpleNamespace(now=1_000_000.0)
    monkeypatch.setattr("sqlalchemy.pool.base.time", SimpleNamespace(time=lambda: clock.now))
    for age, opened, belief in ((0, 1, ""), (60, 0, "recycle_in_minutes"), (241, 1, "age_looks_after_itself")):
        clock.now = 1_000_000.0 + age
        with count_connections() as seen:
            engine.connect().close()
        expect(
            seen.opened,
            opened,
            called="connections opened by a loan from engine_for('warehouse', url), when the idle "
            f"one is {age} seconds old",
            hint="`pool_recycle` is an age in seconds, compared when the pool lends.",
            belief=belief,
        )
    check_survives("warehouse", engine)


@pytest.mark.task(
    5, "The sale: eight, of which the idle ones may rest", hint="First in, first out keeps all of them busy."
)
def test_sale(engine_of: EngineOf) -> None:
    """The sale's engine keeps 8, opens no ninth, lends what came back last and tries it before it lends it."""
    engine = engine_of("sale")
    check_sizes("sale", engine, keeps=8, most=8)
    lent = set()
    for _ in range(8):
        with engine.connect() as connection:
            lent.add(id(connection.connection.dbapi_connection))
    expect(
        len(lent),
        1,
        called="different connections in 8 loans, one after another, from engine_for('sale', url)",
        hint="Lend the last one that came in first: one keyword with `lifo` in it.",
        belief="idle_ones_rest",
    )
    check_survives("sale", engine)


@pytest.mark.task(6, "Each engine is made only once", hint="Where can an engine be remembered between two calls?")
def test_made_once(engine_of: EngineOf) -> None:
    """Ten handlers that ask for the web shop's engine share one; another program or another database has its own."""
    with count_connections() as seen:
        for _ in range(10):
            engine_of("web").connect().close()
    if seen.opened != 1:
        raise Wrong(
            called="engine_for('web', url).connect(), ten times, each given back",
            got=f"{seen.opened} connections opened",
            expected="1 connection, lent ten times",
            hint="A new engine is a new and empty pool. Remember the first one.",
            belief="engine_per_request",
        )
    others = [engine_of("sale"), engine_of("web", "other.db")]
    if engine_of("web") in others or others[0] is others[1]:
        raise Wrong(
            called="engine_for('web', url), and for another program or database",
            got="one and the same engine",
            expected="an engine for each program on each database",
            hint="Remember by both arguments.",
            belief="one_engine_for_everything",
        )
