"""Configure five engines for five needs; the checker borrows, returns, lets time pass and closes connections."""

import gc
import weakref
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import l04_engine_and_pool as store
import pytest
from sqlalchemy import Engine, Pool, QueuePool, exc
from sqlalchemy.engine.base import OptionEngine

from poolschool.checks import (
    Wrong,
    advance_clock,
    borrow,
    call,
    call_elsewhere,
    count_connections,
    count_pools,
    describe,
    expect,
    expect_type,
)

MANY = 40  # more connections in use at once than any of these programs may have
MORE = 150  # further engines; functools.lru_cache keeps 128 unless it is given a number
PROGRAMS = ("web", "nightly", "reports", "warehouse", "sale")
KEYWORDS = ("pool_size", "max_overflow", "pool_timeout", "pool_recycle", "pool_pre_ping", "pool_use_lifo", "poolclass")
OTHER_POOLS = {
    "NullPool": ("NullPool keeps nothing and has no limit: leave `poolclass` out.", "nullpool_is_a_limit"),
    "StaticPool": ("StaticPool has one connection, and everybody uses it at once.", "one_connection_for_all"),
    "SingletonThreadPool": (
        "SingletonThreadPool keeps one connection for each thread, used again and again there.",
        "",
    ),
    "AssertionPool": ("AssertionPool allows one connection in use, and keeps it: it is for tests.", ""),
}


def refused(program: str, no: Exception) -> Wrong:
    """Put a setting that create_engine refuses into words."""
    got = str(no).split(" sent to")[0].split(" (Back")[0]
    names = [name for name in got.split("'")[1::2] if name not in KEYWORDS]
    near = [match for name in names for match in get_close_matches(f"pool_{name}", KEYWORDS, n=1, cutoff=0.7)]
    hint = (
        f"create_engine calls it {' and '.join(f'`{name}`' for name in near)}."
        if near
        else "Each class of pool takes its own settings."
    )
    if got.startswith("Pool class"):
        hint = "A pool whose name begins with Async is for async engines."
    return Wrong(called=f"engine_for({program!r}, url)", got=got, expected="an engine", hint=hint,
                 belief="keyword_guessed" if names else "any_pool_any_setting")  # fmt: skip


@pytest.fixture
def engine_for(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Ask the learner for engines on SQLite files; put a refused setting into words; dispose of them all."""
    made: list[Engine] = []
    (tmp_path / "branch").mkdir()

    def ask(program: str, file: str = "store.db", *, by: Callable[..., Any] = call, keep: bool = True) -> Engine:
        try:
            engine = by(store.engine_for, program, file if "://" in file else f"sqlite:///{tmp_path / file}")
        except (TypeError, exc.ArgumentError) as no:
            if not str(no).startswith(("Invalid argument(s)", "Pool class")):
                raise
            raise refused(program, no) from None
        expect_type(engine, Engine, called=f"engine_for({program!r}, url)")
        if keep:
            made.append(engine)
        return engine

    yield ask
    for engine in made:
        engine.dispose()


def differs(program: str, pool: Pool) -> str:
    """Say where an engine's pool differs from what SETTINGS has for its program; "" if it does not."""
    settings = getattr(store, "SETTINGS", {})
    settings = settings.get(program) if isinstance(settings, dict) else None
    if not isinstance(settings, dict):
        return ""
    real: dict[str, Any] = {"poolclass": type(pool)}
    if isinstance(pool, QueuePool):
        real |= {"pool_size": pool.size()} | ({"max_overflow": pool._max_overflow} if pool.size() else {})
    for name, value in settings.items():
        if value != real.get(name, value) and not isinstance(value, str):
            says, has = (getattr(one, "__name__", one) for one in (value, real[name]))
            return f"SETTINGS[{program!r}] has `{name}` {says}, this engine has {has}: hand over the program's own settings."
    return ""


def why(program: str, engine: Engine, most: int) -> tuple[str, str]:
    """Give a hint, and the belief that may have led to these settings."""
    pool = engine.pool
    if mismatch := differs(program, pool):
        return mismatch, ""
    if not isinstance(pool, QueuePool):
        return OTHER_POOLS.get(type(pool).__name__, ("Is this the class of pool that you want?", ""))
    size, overflow = pool.size(), pool._max_overflow
    return next((hint, belief) for true, hint, belief in (
        (size == 0, "pool_size=0 lifts the limit and keeps everything.", "zero_means_off"),
        (most == MANY, f"This pool keeps {size}. A class of pool that keeps nothing can be given as `poolclass`.", ""),
        ((size, overflow) == (5, 10), "5 and 10 are the defaults: `pool_size` is kept, `max_overflow` comes on top.", "overflow_forgotten"),
        (overflow == -1, "max_overflow=-1 means no limit; none at all is 0.", "minus_one_means_none"),
        (overflow == most, "max_overflow comes on top; it is not the total.", "overflow_is_the_total"),
        (overflow == 10, "`pool_size` is kept; `max_overflow`, 10 unless you set it, comes on top.", "overflow_forgotten"),
        (True, f"It keeps pool_size={size}; max_overflow={overflow} come on top, and are closed when they are returned.", ""),
    ) if true)  # fmt: skip


def check_on_two_databases(program: str, ask: Callable[..., Engine], check: Callable[[Engine], None]) -> None:
    """Check a program's engine on one database and then on another: what its settings say holds for both."""
    check(first := ask(program))
    second = ask(program, "second.db")
    if second.pool is first.pool:
        return  # that is the last task's
    try:
        check(second)
    except Wrong as wrong:
        raise Wrong(called=f"{wrong.called}, on a second database", got=wrong.got, expected=wrong.expected,
                    hint="On the first database it was right. Are the SETTINGS the same as before the first call?") from None  # fmt: skip


def check_sizes(program: str, ask: Callable[..., Engine], *, keeps: int, most: int) -> None:
    """Check the limits of a program's engines on two databases."""
    check_on_two_databases(program, ask, lambda engine: check_limits(program, engine, keeps=keeps, most=most))


def check_limits(program: str, engine: Engine, *, keeps: int, most: int) -> None:
    """Borrow until the pool refuses, return all, borrow again; compare what was in use, kept and reused."""
    found, (hint, belief) = describe(engine.pool), why(program, engine, most)
    called = f"engine_for({program!r}, url) ({found})"
    with count_connections() as seen:
        borrowed = borrow(engine, MANY, called=f"engine_for({program!r}, url).connect()")
        refusal = refusal_of(engine) if len(borrowed) == most < MANY else ""
        for connection in borrowed:
            connection.close()
        opened, kept = seen.opened, seen.open_now
        for connection in borrow(engine, keeps, called=f"engine_for({program!r}, url).connect()"):
            connection.close()
        reopened = seen.opened - opened
        with advance_clock(store, 30):
            for connection in borrow(engine, keeps, called=f"engine_for({program!r}, url).connect()"):
                connection.close()
    if opened > len(borrowed) and engine.pool._recycle >= 0:
        hint = f"`pool_recycle` is {engine.pool._recycle} here: a connection is replaced before it is used. " + hint
    if (len(borrowed), opened) != (most, most):
        raise Wrong(called=f"connections in use at once of {called}", got=f"{len(borrowed)} in use, {opened} opened",
                    expected=f"{most} in use, {most} opened", hint=hint, belief=belief)  # fmt: skip
    waits = getattr(engine.pool, "_timeout", None)
    if refusal:
        raise Wrong(called=f"engine_for({program!r}, url).connect(), with all {most} in use", got=refusal,
                    expected="TimeoutError, after waiting for the pool", hint=f"`pool_timeout` is {waits!r} here. "
                    + ("That is a text: leave the quotes out." if isinstance(waits, str) else "It is a number of seconds, not below zero."))  # fmt: skip
    expect(kept, keeps, called=f"connections kept by {called}", hint=hint, belief=belief)
    hint = f"What is kept is to be reused. `pool_recycle` is {engine.pool._recycle} seconds here."
    expect(reopened, 0, called=f"connections opened by {called}, with {keeps} idle", hint=hint)
    expect(
        seen.opened - opened, 0, called=f"connections opened by {called}, with {keeps} idle for 30 seconds", hint=hint
    )


def refusal_of(engine: Engine) -> str:
    """Name what a caller above the limit gets at once, where the time-out is none that a pool can wait for."""
    waits = getattr(engine.pool, "_timeout", None)
    if waits is None or (isinstance(waits, int | float) and waits >= 0):
        return ""
    try:
        engine.connect().close()
    except exc.TimeoutError:
        return ""
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return "a connection"


def check_survives(program: str, engine: Engine) -> None:
    """Close idle connections behind the pool's back; the next borrowers must not notice."""
    idle = [engine.connect() for _ in range(2)]
    closed = [connection.connection.dbapi_connection for connection in idle]
    for connection, real in zip(idle, closed, strict=True):
        connection.close()
        real.close()
    try:
        with engine.connect() as first, engine.connect() as second:
            first.exec_driver_sql("SELECT 1")
            second.exec_driver_sql("SELECT 1")
    except exc.DBAPIError as dead:
        raise Wrong(
            called=f"a query on engine_for({program!r}, url), its idle connections closed from outside",
            got=f"{type(dead).__name__}: {dead.orig}",
            expected="an answer, on a connection that was tried first",
            hint="One keyword makes the pool try a connection at each checkout.",
            belief="young_is_alive",
        ) from None


@pytest.mark.task(1, "The web shop: keeps 10, opens at most 15, gives up after 2 seconds", hint="Three keywords.")
def test_web(engine_for: Callable[..., Engine]) -> None:
    """The web shop's engine keeps 10 connections, opens at most 15 at once and lets a caller wait 2 seconds."""
    check_sizes("web", engine_for, keeps=10, most=15)
    seconds, belief = getattr(engine_for("web").pool, "_timeout", None), ""
    hint = f"`pool_timeout` is {seconds!r} here. How many seconds does the web shop wait?"
    if seconds == 30:
        hint = "30 is the default: `pool_timeout` says how many seconds a caller waits for the pool."
    elif seconds == 2000:
        hint, belief = "`pool_timeout` is in seconds.", "times_in_milliseconds"
    settings = getattr(store, "SETTINGS", {})
    if "connect_args" in str(settings.get("web") if isinstance(settings, dict) else ""):
        hint = "`connect_args` go to the driver: its time-out is not the pool's. " + hint
    expect(seconds, 2, called="seconds that a caller waits for engine_for('web', url)", hint=hint, belief=belief)


@pytest.mark.task(2, "The nightly job: its own engine keeps nothing", hint="Which class of pool is no pool?")
def test_nightly(engine_for: Callable[..., Engine]) -> None:
    """The nightly job's engine opens a connection at every checkout and closes it when it is returned."""
    check_sizes("nightly", engine_for, keeps=0, most=MANY)


@pytest.mark.task(3, "The reports tool: four, and never a fifth", hint="What lets a pool of four open a fifth?")
def test_reports(engine_for: Callable[..., Engine]) -> None:
    """The reports tool's engine keeps 4 connections and never opens a fifth."""
    check_sizes("reports", engine_for, keeps=4, most=4)


@pytest.mark.task(4, "The warehouse: nothing old, nothing dead", hint="Two keywords: one looks at the clock, one asks.")
def test_warehouse(engine_for: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse's engine reuses a connection for minutes, replaces it after four, and tests it at each checkout."""
    check_on_two_databases("warehouse", engine_for, lambda engine: check_ages(engine, monkeypatch))


def check_ages(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass for the warehouse's engine, then close its idle connections."""
    now, opened = [0.0], []
    monkeypatch.setattr("sqlalchemy.pool.base.time", SimpleNamespace(time=lambda: now[0]))
    for now[0] in (0.0, 60.0, 241.0):
        with count_connections() as seen:
            for connection in borrow(engine, 1, called="engine_for('warehouse', url).connect()"):
                connection.close()
        opened.append(seen.opened)
    age = engine.pool._recycle
    hint = f"`pool_recycle` is {age} here, in seconds." if age != -1 else "No age is set: look for `pool_recycle`."
    belief = (
        "recycle_in_minutes" if 0 < age < 60 else "times_in_milliseconds" if age >= 10_000 else "age_looks_after_itself"
    )
    if not isinstance(engine.pool, QueuePool):
        hint, belief = why("warehouse", engine, 15)
    found = describe(engine.pool)
    expect(opened[1], 0, called=f"connections opened by engine_for('warehouse', url) ({found}) when the idle one is 60 s old",
           hint=hint + " The warehouse's connections are to be reused until they are four minutes old.", belief=belief)  # fmt: skip
    expect(opened[2], 1, called="connections opened by engine_for('warehouse', url) when the idle one is 241 s old",
           hint=hint, belief=belief)  # fmt: skip
    check_survives("warehouse", engine)


@pytest.mark.task(5, "The sale: eight, and idle ones may rest", hint="First in, first out keeps all of them busy.")
def test_sale(engine_for: Callable[..., Engine]) -> None:
    """The sale's engine keeps 8, opens no ninth, reuses what was returned last and tests it at each checkout."""
    check_sizes("sale", engine_for, keeps=8, most=8)
    check_on_two_databases("sale", engine_for, check_idle_ones_rest)


def check_idle_ones_rest(engine: Engine) -> None:
    """Use the sale's engine in quiet hours, then close its idle connections."""
    used = set()
    for _ in range(8):
        with engine.connect() as connection:
            used.add(connection.connection.dbapi_connection)
    expect(len(used), 1, called="connections used by engine_for('sale', url) for 8 checkouts, one after another",
           hint="Last in, first out: one keyword with `lifo` in it.", belief="idle_ones_rest")  # fmt: skip
    check_survives("sale", engine)


@pytest.mark.task(6, "Each engine is made only once", hint="Where can an engine be remembered between two calls?")
def test_made_once(engine_for: Callable[..., Engine]) -> None:
    """Every program on every database has one engine: however often, in whatever order and from which thread it is asked for."""
    check_one_and_the_same(engine_for)
    urls = {file: file for file in ("store.db", "other.db", "branch/store.db", "STORE.db", "store.db?timeout=7")}
    if find_spec("psycopg"):  # the page has none; nothing connects here
        urls |= {f"postgresql://{rest}": f"postgresql+psycopg://{rest}" for rest in
                 ("ann@north/store", "ann@south/store", "ben@north/store", "ann@north:5433/store", "ann:a@north/store",
                  "ann:b@north/store")}  # fmt: skip
    pairs = [(program, url) for url in urls for program in PROGRAMS]
    first: dict[tuple[str, str], Engine] = {}
    for program, url in pairs:
        engine = engine_for(program, urls[url])
        check_distinct(engine, program, url, first)
        first[program, url] = engine
    forgets = "asked for again after others", "Whoever remembers one engine, or the last few, forgets the others."
    threads = "asked for by another thread", "All threads share one engine, and its pool."
    many = f"asked for again after {MORE} others", "Whoever remembers only the last ones forgets the others."
    later = "asked for again a week later", "An engine does not grow old: its pool replaces what is too old in it."

    def check_again(order: list[tuple[str, str]], by: Callable[..., Any], when: str, hint: str) -> None:
        for program, url in order:
            if (again := engine_for(program, urls[url], by=by)) is not first[program, url]:
                raise Wrong(called=f"engine_for({program!r}, {url}), {when}", got="another engine",
                            expected="the engine that it made at first", hint=why_another(again, first[program, url], hint))  # fmt: skip

    check_again(pairs, call, *forgets)
    check_again(pairs[::-1], call, *forgets)
    check_again(sorted(pairs), call, *forgets)
    check_again(pairs, call_elsewhere, *threads)
    with advance_clock(store, 7 * 24 * 3600):
        check_again(pairs, call, *later)
    for number in range(MORE):
        engine_for("web", f"shop_{number}.db")
    check_again(pairs, call, *many)


def check_one_and_the_same(engine_for: Callable[..., Engine]) -> None:
    """Ask for one engine four times and use it, while nobody else refers to it."""
    engines: list[weakref.ref[Engine]] = []
    with count_connections() as seen, count_pools() as made:
        for _ in range(4):
            engines.append(weakref.ref(engine := engine_for("web", keep=False)))
            engine.connect().close()
            if len(engines) == 1:
                made.clear()
            del engine
            gc.collect()  # whoever remembers an engine only as long as others use it has forgotten it now
    called = "engine_for('web', url), asked for and used four times"
    same = all(engine() is not None and engine() is engines[0]() for engine in engines)
    if same and seen.disposals:
        raise Wrong(called=called, got=f"the same engine, and {seen.disposals} calls of dispose()", expected="no call of dispose()",
                    hint="dispose() closes what the pool keeps, and starts an empty pool.")  # fmt: skip
    expect(seen.opened, 1, called=f"connections opened by {called}",
           hint="A new engine is a new and empty pool: remember the one that you made.", belief="engine_per_request")  # fmt: skip
    expect(len(made), 0, called=f"engines with a pool of their own made by {called}, after the first call",
           hint="An engine is made at each call and thrown away: look first whether there is one. The arguments of "
           "setdefault() are computed in any case.")  # fmt: skip


def check_distinct(engine: Engine, program: str, url: str, known: dict[tuple[str, str], Engine]) -> None:
    """Raise Wrong if the engine, or its pool, is that of another program or database, or its limits are not the program's."""
    for (other, at), earlier in known.items():
        called = f"engine_for({program!r}, {url}) after engine_for({other!r}, {at})"
        if earlier is engine:
            raise Wrong(called=called, got="the same engine", expected="an engine of its own for each program on each database",
                        hint="Remember by both arguments, the whole of them.", belief="one_engine_for_everything")  # fmt: skip
        if earlier.pool is engine.pool:
            raise Wrong(called=called, got="another engine, with the same pool",
                        expected="an engine and a pool of its own for each program on each database",
                        hint="The limits are the pool's: two engines on one pool share them.", belief="one_engine_for_everything")  # fmt: skip
        if other == program and describe(earlier.pool) != describe(engine.pool):
            raise Wrong(called=called, got=describe(engine.pool), expected=describe(earlier.pool),
                        hint="Every engine of a program has the program's settings.")  # fmt: skip


def why_another(again: Engine, first: Engine, hint: str) -> str:
    """Say what an engine is that is not the one made at first."""
    if again.pool is not first.pool:
        return hint
    if isinstance(again, OptionEngine):
        return "It is a copy, with the same pool: return the one that you made."
    return "It is a second engine on the same pool: remember the engine itself, and return that."
