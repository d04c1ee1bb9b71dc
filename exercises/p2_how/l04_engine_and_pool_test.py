"""Configure five engines for five needs; the checker lends, gives back, lets time pass and closes connections."""

from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import l04_engine_and_pool as store
import pytest
from sqlalchemy import Engine, Pool, QueuePool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.checks import Wrong, call, count_connections, expect

MANY = 40  # more loans at once than any program of the store needs


def engine_for(program: str, folder: Path, file: str = "store.db") -> Engine:
    """Ask the learner for an engine; put SQLAlchemy's refusal of a setting into words."""
    try:
        return call(store.engine_for, program, f"sqlite:///{folder / file}")
    except TypeError as refused:
        if not (got := str(refused).split(" sent to")[0]).startswith("Invalid argument"):
            raise
        asked, hint = (
            f"engine_for({program!r}, url)",
            "Each class of pool takes its own settings: NullPool has no size.",
        )
        raise Wrong(called=asked, got=got, expected="an engine", hint=hint, belief="any_pool_any_setting") from None


def hint_for(pool: Pool, most: int) -> dict[str, str]:
    """Tell a hint and the belief that led to these settings."""
    if not isinstance(pool, QueuePool):
        return {"hint": "QueuePool is the one with a limit: leave `poolclass` away.", "belief": "nullpool_is_a_limit"}
    if pool.size() == 0:
        return {"hint": "pool_size=0 lifts the limit and keeps everything.", "belief": "zero_means_off"}
    if most == MANY:
        return {"hint": "Which class of pool is no pool? `poolclass` takes it."}
    if pool._max_overflow == -1:
        return {"hint": "max_overflow=-1 means no limit; none at all is 0.", "belief": "minus_one_means_none"}
    if pool._max_overflow == most:
        return {"hint": "max_overflow comes on top; it is not the total.", "belief": "overflow_is_the_total"}
    return {
        "hint": "Kept: pool_size. At once: pool_size + max_overflow, 10 by default.",
        "belief": "overflow_forgotten",
    }


def check_sizes(program: str, engine: Engine, *, keeps: int, most: int) -> None:
    """Lend until the pool refuses, take all back, and compare how many were out and how many are kept."""
    borrowed, why, asked = [], hint_for(engine.pool, most), f"engine_for({program!r}, url)"
    engine.pool._timeout = 0  # a checker does not wait for a connection that must not come
    with count_connections() as seen:
        with suppress(PoolTimeout):
            borrowed.extend(engine.connect() for _ in range(MANY))
        for connection in borrowed:
            connection.close()
    lent = f"{len(borrowed)}, and no refusal" if len(borrowed) == MANY > most else len(borrowed)
    expect(lent, most, called=f"connections that {asked} lends at once", **why)
    expect(seen.open_now, keeps, called=f"connections that {asked} keeps", **why)


@pytest.mark.task(
    1, "The web shop: keeps 10, opens at most 15, gives up after 2 seconds", hint="Three keywords will do."
)
def test_web(tmp_path: Path) -> None:
    """The web shop's engine keeps 10 connections, lends at most 15 at once and lets a caller wait 2 seconds."""
    engine = engine_for("web", tmp_path)
    patience = getattr(engine.pool, "_timeout", None)
    check_sizes("web", engine, keeps=10, most=15)
    hint = "`pool_timeout` is in seconds, and 30 unless you say otherwise."
    expect(patience, 2, called="the time-out of engine_for('web', url)", hint=hint, belief="times_in_milliseconds")


@pytest.mark.task(2, "The nightly job: keeps nothing, and nobody waits", hint="Which class of pool is no pool?")
def test_nightly(tmp_path: Path) -> None:
    """The nightly job's engine opens a connection for every loan and closes it when it comes back."""
    check_sizes("nightly", engine_for("nightly", tmp_path), keeps=0, most=MANY)


@pytest.mark.task(3, "The reports tool: four, and never a fifth", hint="What lets a pool of four open a fifth?")
def test_reports(tmp_path: Path) -> None:
    """The reports tool's engine keeps 4 connections and never opens a fifth."""
    check_sizes("reports", engine_for("reports", tmp_path), keeps=4, most=4)


@pytest.mark.task(4, "The warehouse: nothing old, nothing dead", hint="Two keywords: one looks at the clock, one asks.")
def test_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse's engine reuses a connection for minutes, replaces it after four, and tests it before each loan."""
    engine, asked, now = engine_for("warehouse", tmp_path), "from engine_for('warehouse', url)", [0.0]
    monkeypatch.setattr("sqlalchemy.pool.base.time", SimpleNamespace(time=lambda: now[0]))
    engine.connect().close()
    with count_connections() as seen:
        now[0] = 60
        engine.connect().close()
        hint = "`pool_recycle` is in seconds."
        expect(seen.opened, 0, called=f"opened by a loan {asked} after 60 s", hint=hint, belief="recycle_in_minutes")
        now[0] = 241
        engine.connect().close()
        hint = "`pool_recycle` says how old a connection may be when it is lent."
        expect(
            seen.opened, 1, called=f"opened by a loan {asked} after 241 s", hint=hint, belief="age_looks_after_itself"
        )
    with engine.connect() as connection:
        real, answer = connection.connection.dbapi_connection, "an answer"
    real.close()  # behind the pool's back
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        answer = str(error.orig)
    hint, asked = (
        "One keyword makes the pool ask before it lends.",
        f"a loan {asked}, its connection closed from outside",
    )
    expect(answer, "an answer", called=asked, hint=hint, belief="young_is_alive")


@pytest.mark.task(5, "The sale: idle connections may rest", hint="First in, first out keeps all of them busy.")
def test_sale(tmp_path: Path) -> None:
    """The sale's engine lends what came back last."""
    engine, lent = engine_for("sale", tmp_path), set()
    for connection in [engine.connect() for _ in range(3)]:
        connection.close()
    for _ in range(3):
        with engine.connect() as connection:
            lent.add(id(connection.connection.dbapi_connection))
    hint, asked = "Last in, first out: one keyword with `lifo` in it.", "connections used by 3 loans, one after another"
    expect(len(lent), 1, called=f"{asked}, from engine_for('sale', url)", hint=hint, belief="idle_ones_rest")


@pytest.mark.task(6, "Each engine is made only once", hint="Where can an engine be remembered between two calls?")
def test_made_once(tmp_path: Path) -> None:
    """Ten handlers that ask for the web shop's engine share one; another program or database has its own."""
    with count_connections() as seen:
        for _ in range(10):
            engine_for("web", tmp_path).connect().close()
    hint, asked = (
        "A new engine is a new and empty pool.",
        "connections opened by engine_for('web', url), used ten times",
    )
    expect(seen.opened, 1, called=asked, hint=hint, belief="engine_per_request")
    engines = [engine_for("web", tmp_path), engine_for("sale", tmp_path), engine_for("web", tmp_path, "other.db")]
    asked, hint = "different engines for two programs, and for another database", "Remember by both arguments."
    expect(len(set(map(id, engines))), 3, called=asked, hint=hint, belief="one_engine_for_everything")
