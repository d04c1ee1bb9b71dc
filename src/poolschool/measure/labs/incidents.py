"""A small store that gets a fault in mid-run, and what its pool's metrics show of it.

    shoppers ─ request ─> engine, with events ─> PostgreSQL
                 └─ fault, from a third of the run on
    sampler ──every 20 ms──> in use, waiting

A request's wait is counted from outside, because the pool has no event for it. Times are in milliseconds.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.course.faults import UserMistake
from poolschool.measure.labs.load import quantile

SHOPPERS = 24
THINK = 0.12  # seconds between two requests of a shopper
SAMPLE = 0.02  # seconds
ALLOWED = 4  # connections that the small database of one fault allows
POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 0.4}
QUERY = text("SELECT pg_sleep(0.003)")


@dataclass
class Numbers:
    """What was counted in one part of a run; quantiles of `waits` and `holds` are its gauges."""

    seconds: float = 0.0
    answered: int = 0
    opened: int = 0
    timeouts: int = 0
    errors: int = 0
    waits: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        """Give what a dashboard shows: answers/s, opened/s, wait p95, hold p50 and p95, time-outs/s, other errors/s."""
        rates = (f"{number / self.seconds:.0f}" for number in (self.answered, self.opened))
        gauges = (quantile(self.waits, 0.95), quantile(self.holds, 0.5), quantile(self.holds, 0.95))
        failures = (f"{number / self.seconds:.0f}" for number in (self.timeouts, self.errors))
        return (*rates, *(f"{gauge:.0f}" for gauge in gauges), *failures)


@dataclass
class Incident:
    """One run: samples of the gauges by second, and the numbers before the fault and with it."""

    fault: str
    seconds: float
    at: list[float] = field(default_factory=list)
    in_use: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    before: Numbers = field(default_factory=Numbers)
    after: Numbers = field(default_factory=Numbers)


class _Store:
    """The store: its engine with metrics, and one request; `broken` tells whether the fault is on."""

    def __init__(self, incident: Incident, engine: Engine) -> None:
        self.incident = incident
        self.engine = self.pooled = engine
        self.in_use = self.waiting = 0
        self.broken = False
        self.kept: list[Connection] = []  # what a leak keeps
        self.numbers = incident.before
        self.lock = threading.Lock()
        self.serial = count(1)
        self._watch(engine)

    def _watch(self, engine: Engine) -> None:
        for name, gauge, step in (("checkout", "in_use", 1), ("checkin", "in_use", -1), ("connect", "opened", 1)):
            event.listen(engine, name, lambda *_, gauge=gauge, step=step: self._count(gauge, step))

    def _count(self, gauge: str, step: int) -> None:
        with self.lock:
            owner = self.numbers if gauge in ("opened", "timeouts", "errors", "answered") else self
            setattr(owner, gauge, getattr(owner, gauge) + step)

    def break_it(self) -> None:
        """Switch the fault on."""
        self.numbers = self.incident.after
        self.broken = True
        if self.incident.fault == "connects_every_request":
            self.engine = create_engine(self.pooled.url, poolclass=NullPool)
            self._watch(self.engine)

    def request(self) -> None:
        """Serve one request, with the fault if it is on."""
        fault = self.incident.fault if self.broken else ""
        number, asked = next(self.serial), time.perf_counter()
        self._count("waiting", 1)
        try:
            connection = self.engine.connect()
        except PoolTimeout:
            return self._count("timeouts", 1)
        except SQLAlchemyError:
            return self._count("errors", 1)
        finally:
            self._count("waiting", -1)
        got = time.perf_counter()
        connection.execute(QUERY)
        if fault == "leaks_on_an_error" and number % 50 == 0:
            self.kept.append(connection)  # the line that closes is not reached
            return self._count("errors", 1)
        if fault == "holds_while_streaming" and number % 8 == 0:
            time.sleep(0.5)  # the client reads slowly
        if fault == "session_kept_over_a_slow_call":
            time.sleep(0.08)  # the payment service answers
        connection.close()
        self.numbers.waits.append((got - asked) * 1000)
        self.numbers.holds.append((time.perf_counter() - got) * 1000)
        return self._count("answered", 1)


FAULTS = (
    "connects_every_request",
    "leaks_on_an_error",
    "holds_while_streaming",
    "sync_engine_in_async_def",
    "session_kept_over_a_slow_call",
    "pool_larger_than_the_database_allows",
)


def incident(url: str, fault: str, seconds: float) -> Incident:
    """Run the store for some seconds; from a third on with the fault."""
    result = Incident(fault, seconds)
    with contextlib.ExitStack() as stack:
        pool = dict(POOL)
        if fault == "pool_larger_than_the_database_allows":
            url = stack.enter_context(_small_database(url))
            pool |= {"pool_size": 2, "max_overflow": 1}
        store = _Store(result, create_engine(url, **pool))
        with store.engine.connect():  # the first connection asks the server who it is
            pass
        store.numbers.opened = 0
        _run(store, seconds)
        for connection in store.kept:
            connection.close()
        store.engine.dispose()
        store.pooled.dispose()
    return result


def symptom(run: Incident) -> str:
    """Say which fault a run had and what of it the metrics show, in its own numbers."""
    before, after = run.before, run.after
    turn = sum(at < run.seconds / 3 for at in run.at)
    most, last = max(run.in_use[turn:], default=0), run.in_use[-1]
    holds = {share: (quantile(before.holds, share), quantile(after.holds, share)) for share in (0.5, 0.95)}
    said = {
        "connects_every_request": f"connects for every request: {after.opened / max(1, after.answered):.1f} connections opened for each answer, and up to {most} at once, whatever the pool's limit was",
        "leaks_on_an_error": f"does not return its connection after an error: holds are as short as before (p50 {holds[0.5][1]:.0f} ms), yet {last} connections are in use at the end, and they only climb",
        "holds_while_streaming": f"holds its connection while a client reads: most holds stay short (p50 {holds[0.5][1]:.0f} ms), a few are very long (p95 {holds[0.95][1]:.0f} ms)",
        "sync_engine_in_async_def": f"uses a sync engine in async def: at most {most} in use and a wait of {quantile(after.waits, 0.95):.0f} ms (p95), so the pool looks idle; answers went from {before.answered / before.seconds:.0f} to {after.answered / after.seconds:.0f} a second",
        "session_kept_over_a_slow_call": f"keeps its session over a slow call: every hold is longer (p50 {holds[0.5][0]:.0f} → {holds[0.5][1]:.0f} ms), so the same requests need more connections",
        "pool_larger_than_the_database_allows": f"has a pool larger than the database allows: {after.errors} requests failed with another error than a time-out of the pool ({after.timeouts}), because the database refused a connection",
    }
    return said[run.fault]


def _run(store: _Store, seconds: float) -> None:
    began = time.perf_counter()
    end, turn = began + seconds, began + seconds / 3
    run_shoppers: Callable[..., None] = (
        _on_a_loop if store.incident.fault == "sync_engine_in_async_def" else _on_threads
    )
    shoppers = threading.Thread(target=run_shoppers, args=(store, end), daemon=True)
    shoppers.start()
    while (now := time.perf_counter()) < end:
        if not store.broken and now >= turn:
            _break(store)
        store.incident.at.append(now - began)
        store.incident.in_use.append(store.in_use)
        store.incident.waiting.append(store.waiting)
        time.sleep(SAMPLE)
    store.incident.before.seconds, store.incident.after.seconds = seconds / 3, seconds * 2 / 3
    shoppers.join()


def _break(store: _Store) -> None:
    store.break_it()
    if store.incident.fault == "pool_larger_than_the_database_allows":  # a deploy with larger pools
        store.engine = create_engine(store.pooled.url, pool_size=20, max_overflow=10)
        store._watch(store.engine)


def _on_threads(store: _Store, end: float) -> None:
    def shop(number: int) -> None:
        time.sleep(THINK * number / SHOPPERS)
        while time.perf_counter() < end:
            store.request()
            time.sleep(THINK)

    threads = [threading.Thread(target=shop, args=(number,), daemon=True) for number in range(SHOPPERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _on_a_loop(store: _Store, end: float) -> None:
    async def shop(number: int) -> None:
        await asyncio.sleep(THINK * number / SHOPPERS)
        while time.perf_counter() < end:
            if store.broken:
                store.request()  # sync, in `async def`: the loop stands still meanwhile
            else:
                await asyncio.to_thread(store.request)
            await asyncio.sleep(THINK)

    async def shop_all() -> None:
        await asyncio.gather(*(shop(number) for number in range(SHOPPERS)))

    asyncio.run(shop_all())


@contextlib.contextmanager
def _small_database(url: str) -> Iterator[str]:
    """Make a database that allows few connections, and drop it afterwards."""
    name = f"poolschool_lab_{os.getpid()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def command(sql: str) -> Any:
        with engine.connect() as connection:
            return connection.exec_driver_sql(sql)

    try:
        command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        command(f"CREATE DATABASE {name} CONNECTION LIMIT {ALLOWED}")
    except SQLAlchemyError as problem:
        raise UserMistake(
            f"The lab needs a database of its own: {problem.args[0]}. Give your role CREATEDB, or unset POOLSCHOOL_DATABASE_URL."
        ) from None
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        engine.dispose()
