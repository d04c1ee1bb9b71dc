"""Make incidents on real pools and read the learner's numbers; then play ten recordings to the learner's alarm."""

from asyncio import CancelledError, create_task, run, sleep
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import connect
from threading import Thread
from time import monotonic
from time import sleep as pause
from typing import Any

import l16_watching_the_pool as store
import pytest
from sqlalchemy import Engine, QueuePool, StaticPool, create_engine, exc
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from poolschool.checks import Wrong, call, expect, expect_type

pytestmark = pytest.mark.threads
PREFIX = "db.client.connection."
WAIT, USE = "wait_time", "use_time"
NAMES = ("pending_requests", "timeouts", "failed", f"{WAIT}.count", f"{WAIT}.sum", f"{USE}.count", f"{USE}.sum")
HOLD = 0.15  # seconds that somebody waits or holds, on purpose
SLACK = 0.02  # seconds by which a clock may be read earlier or later
LONGEST = 3.0  # seconds for what must come


class Watched:
    """A real engine whose pool the learner has made, and the learner's numbers."""

    def __init__(self, url: str, size: int, **settings: Any) -> None:
        self.metrics = call(store.PoolMetrics)
        made = call(self.metrics.pool_class, QueuePool)
        if not (isinstance(made, type) and issubclass(made, QueuePool)):
            raise Wrong(called="pool_class(QueuePool)", got=made, expected="a subclass of QueuePool", hint="A class statement with `base` in its "
                        "brackets; inside of a method it can use `self` under another name.")  # fmt: skip
        settings = {"max_overflow": 0, "pool_timeout": 10, **settings}
        self.engine = create_engine(url, poolclass=made, pool_size=size, **settings)
        call(self.metrics.watch, self.engine)

    def numbers(self) -> dict[str, Any]:
        """Read the learner's numbers, without the part of the name that all have."""
        return numbers_of(self.metrics)

    def expect(self, moment: str, hint: str, belief: str = "", **expected: int) -> None:
        """Expect some of the counts."""
        expect_counts(self.metrics, moment, hint, belief, **expected)


def numbers_of(metrics: Any) -> dict[str, Any]:
    """Read numbers; raise Wrong if they are not the seven."""
    got = call(metrics.read)
    expect_type(got, dict, called="read()")
    expect(sorted(map(str, got)), sorted(PREFIX + name for name in NAMES), called="the names of read()",
           hint="Seven names, each with `db.client.connection.` before it. The ones with `connections` are the old ones.")  # fmt: skip
    for name, number in got.items():
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise Wrong(called=f"read()[{name!r}]", got=number, expected="a number", hint="Counts are numbers, times are seconds.")  # fmt: skip
    return {name.removeprefix(PREFIX): number for name, number in got.items()}


def expect_counts(metrics: Any, moment: str, hint: str, belief: str = "", **expected: int) -> None:
    """Compare the counts named; `waits` and `uses` stand for those of the two times."""
    names = {"waits": f"{WAIT}.count", "uses": f"{USE}.count"}
    now = numbers_of(metrics)
    got = {names.get(name, name): now[names.get(name, name)] for name in expected}
    right = {names.get(name, name): number for name, number in expected.items()}
    expect(got, right, called=f"read(), {moment}", hint=hint, belief=belief)


def expect_time(metrics: Any, name: str, moment: str, least: float, most: float, hint: str, belief: str = "") -> None:
    """Expect a sum of seconds between what must have passed and what can have passed."""
    got = numbers_of(metrics)[f"{name}.sum"]
    if not least - SLACK <= got <= most + SLACK:
        raise Wrong(called=f"read()['{PREFIX}{name}.sum'], {moment}", got=round(got, 3), expected=f"{least:.2f} to {most:.2f} seconds",
                    hint=hint, belief=belief if got > most else "")  # fmt: skip


def use(engine: Engine) -> None:
    """Take a connection and return it; a time-out is no error here."""
    with suppress(PoolTimeout), engine.connect():
        pass


def reaches(metrics: Any, pending: int) -> None:
    """Wait until so many are pending, or for as long as that may take."""
    until = monotonic() + LONGEST
    while monotonic() < until and numbers_of(metrics)["pending_requests"] != pending:
        pause(0.005)


@contextmanager
def asking(engine: Engine, many: int) -> Iterator[None]:
    """Let so many threads ask for a connection; at the end of the block they come to theirs."""
    crowd = [Thread(target=use, args=[engine], daemon=True) for _ in range(many)]
    for thread in crowd:
        thread.start()
    try:
        yield
    finally:
        for thread in crowd:
            thread.join(LONGEST)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a new database."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.mark.task(1, "Who waits, and how long", hint="Every checkout goes through the pool's `connect()`: override it.")  # fmt: skip
def test_waits(url: str) -> None:
    """Three who wait are pending, and nobody's wait is recorded before it is over; each engine has its own numbers."""
    watched, other = Watched(url, 2), Watched(url, 2)
    watched.expect("before anybody has asked", "Seven numbers, all 0.", **dict.fromkeys(("pending_requests", "timeouts", "failed", "waits", "uses"), 0))  # fmt: skip
    taken = [watched.engine.connect() for _ in range(2)]
    watched.expect("when two have taken a connection", "Whoever has a connection waits no more, and obtaining it took some time, however short.",
                   "events_tell_the_wait", pending_requests=0, waits=2)  # fmt: skip
    watched.expect("a second time, and nothing has happened in between", "Reading takes nothing away: all but the pending count up from the start.",
                   waits=2)  # fmt: skip
    began = monotonic()
    with asking(watched.engine, 3):
        try:
            reaches(watched.metrics, 3)
            watched.expect("while two hold the two connections and three ask", "They are pending from the call of connect() until it is over. "
                           "The event `checkout` comes too late for that.", "events_tell_the_wait", pending_requests=3, waits=2)  # fmt: skip
            pause(HOLD)
        finally:
            for connection in taken:
                connection.close()
    passed = monotonic() - began
    moment = "after three had waited and got one"
    watched.expect(moment, "Two at once and three after a wait: five have got a connection.", pending_requests=0, waits=5)  # fmt: skip
    expect_time(watched.metrics, WAIT, moment, 3 * HOLD, 3 * passed + 1, "Seconds, summed over all who got a connection: read a clock that goes on "
                "while somebody waits, before super().connect() and after it.", "times_in_milliseconds")  # fmt: skip
    other.expect("of another engine, which nobody has used", "Keep the numbers in `self`: two engines have two.", pending_requests=0, waits=0)  # fmt: skip
    single = call(watched.metrics.pool_class, StaticPool)
    expect(issubclass(single, StaticPool), True, called="whether pool_class(StaticPool) is a StaticPool", hint="Subclass `base`, whatever it is.")  # fmt: skip
    watched.engine.dispose(), other.engine.dispose()


def refusing(error: BaseException, after: float = 0) -> Callable[[], Any]:
    """Make what opens connections, and cannot; it takes so many seconds to say so."""

    def refuse() -> Any:
        pause(after)
        raise error

    return refuse


@pytest.mark.task(2, "Why it failed", needs=(1,), hint="`except`, count, `raise`; and what must happen in every case stands in `finally`.")  # fmt: skip
def test_failures(url: str) -> None:
    """A time-out of the pool is counted as one, any other error as a failure; each reaches the caller, and nobody stays pending."""
    watched = Watched(url, 1, pool_timeout=0.02)
    with watched.engine.connect():
        for _ in range(3):
            try:
                call(watched.engine.connect).close()
            except PoolTimeout:
                continue
            raise Wrong(called="connect() on a full pool", got="no error", expected="SQLAlchemy's TimeoutError", hint="Count it, and `raise` it again: "
                        "the endpoint must know.")  # fmt: skip
    reason = "A time-out is SQLAlchemy's: `sqlalchemy.exc.TimeoutError`, which is not Python's own. It ends the wait, and no wait time is recorded for it: nothing was obtained."
    if watched.numbers()["timeouts"] == 3 and watched.numbers()["failed"]:
        reason = "Each counts once, and for one reason: a time-out is none of the failed, which got another error."
    watched.expect("after three had waited in vain", reason, timeouts=3, failed=0, waits=1)
    watched.expect(
        "after three had waited in vain",
        "Whoever gave up does not wait any more: take it back in `finally`.",
        pending_requests=0,
    )
    watched.engine.dispose()
    gone = exc.OperationalError("connect", None, Exception("connection refused"))
    for error, words in ((gone, "the database is gone"), (TimeoutError("timed out"), "the driver's own attempt timed out")):  # fmt: skip
        watched = Watched(url, 1, creator=refusing(error))
        for _ in range(2):
            with pytest.raises(type(error)):
                watched.engine.connect()
        watched.expect(f"after two connects, where {words} ({type(error).__module__}.{type(error).__name__})", "The pool had room: nobody waited in vain for a "
                       "connection to be returned. It could not be opened.", timeouts=0, failed=2, waits=0)  # fmt: skip
    watched = Watched(url, 1, pool_timeout=0.02, creator=refusing(gone, after=0.06))
    with suppress(exc.OperationalError):
        watched.engine.connect()
    watched.expect("after a connect that took longer than pool_timeout, and was then refused", "Opening has a patience of its own. The clock cannot tell "
                   "what it was; the class of the exception can.", timeouts=0, failed=1, waits=0)  # fmt: skip
    watched = Watched(url, 1, creator=refusing(KeyboardInterrupt()))
    with suppress(KeyboardInterrupt):
        watched.engine.connect()
    watched.expect("after a checkout that ended by KeyboardInterrupt", "Not every end is an Exception: what is taken back in `finally` is always taken back.",
                   pending_requests=0)  # fmt: skip


@pytest.mark.task(3, "How long in use", needs=(1,), hint="`event.listen(engine, \"checkout\", …)`, and two events that end a use.")  # fmt: skip
def test_uses(url: str) -> None:
    """A use ends once, at its return or detach; it is measured from its own checkout, also after dispose()."""
    watched = Watched(url, 2)
    began = monotonic()
    first = watched.engine.connect()
    pause(HOLD)
    second = watched.engine.connect()
    pause(HOLD)
    watched.expect("while two are in use", "A use is recorded when it has ended.", uses=0)
    first.close()
    second.close()
    passed = monotonic() - began
    watched.expect("after two were returned", "The event `checkin` comes at each return.", uses=2)
    expect_time(watched.metrics, USE, f"after one was in use for {2 * HOLD:.2f} s and one, taken later, for {HOLD:.2f} s", 3 * HOLD, 2 * passed,
                "Each connection from its own checkout: note the moment at its record, `record.record_info`. And in seconds.")  # fmt: skip
    with watched.engine.connect():
        pass
    watched.expect("after one of them was used again", "Each checkout begins a new use, of the same record.", uses=3)
    kept = watched.engine.connect()
    watched.engine.dispose()
    kept.close()
    with watched.engine.connect() as detached:
        watched.expect("when one was returned after engine.dispose()", "dispose() makes a new pool, of the same class: the listeners of an engine "
                       "follow it; keep the numbers outside of the pool.", uses=4, waits=5)  # fmt: skip
        detached.detach()
        watched.expect("when one was detached from the pool", "It is not the pool's any more, and no `checkin` will come: the event is `detach`.",
                       uses=5)  # fmt: skip
    with watched.engine.connect() as lost:
        lost.invalidate()
    watched.expect("when one was invalidated and then closed", "invalidate() checks its record in, without a connection. A use ends once.", uses=6)  # fmt: skip
    watched.engine.dispose()
    expect_failed_renewal(url)


def expect_failed_renewal(url: str) -> None:
    """Let a ping find a dead connection that cannot be opened again: its record's way back is the end of no use."""
    opened: list[Any] = []

    def open_once() -> Any:
        if opened:
            raise exc.OperationalError("connect", None, Exception("connection refused"))
        opened.append(connect(url.removeprefix("sqlite:///"), check_same_thread=False))
        return opened[0]

    watched = Watched(url, 1, pool_pre_ping=True, creator=open_once)
    use(watched.engine)
    opened[0].close()  # the database is gone
    for _ in range(2):
        with suppress(exc.OperationalError):
            watched.engine.connect()
    moment = "after one use, and two connects that the database refused"
    watched.expect(moment, "The ping and the new connection come after the pool has chosen a record, and still inside of connect(): measure all of it.",
                   waits=1, failed=2)  # fmt: skip
    watched.expect(moment, "A record whose connection could not be opened is checked in as well. "
                   "Nobody had taken it: no use has ended.", uses=1)  # fmt: skip
    watched.engine.dispose()


@pytest.mark.task(4, "An async engine", needs=(1, 2, 3), hint="All tasks share a thread, and a task that waits can be cancelled.")  # fmt: skip
def test_asynchronous_pool(url: str) -> None:
    """The same class measures an async pool; a cancelled wait is neither a time-out nor a failure, and is not pending."""
    run(in_tasks(url.replace("sqlite", "sqlite+aiosqlite")))


async def in_tasks(url: str) -> None:
    """Let three tasks wait for one connection, and cancel one of them."""
    metrics = call(store.PoolMetrics)
    try:
        made = call(metrics.pool_class, AsyncAdaptedQueuePool)
        engine = create_async_engine(url, poolclass=made, pool_size=1, max_overflow=0, pool_timeout=10)
    except exc.ArgumentError as problem:
        raise Wrong(called="create_async_engine(url, poolclass=metrics.pool_class(AsyncAdaptedQueuePool))", got=str(problem).splitlines()[0], expected="an engine",
                    hint="Subclass `base`: an async engine needs an async pool.") from None  # fmt: skip
    except AttributeError as problem:
        raise Wrong(called="pool_class(AsyncAdaptedQueuePool)", got=f"AttributeError: {problem}", expected="a subclass of AsyncAdaptedQueuePool",
                    hint="SQLAlchemy cannot listen to a class of async pools: listen to the engine, in watch().") from None  # fmt: skip
    try:
        call(metrics.watch, engine)
    except (NotImplementedError, exc.InvalidRequestError) as problem:
        raise Wrong(called="watch(the async engine)", got=f"{type(problem).__name__}: {problem}", expected="listeners to its pool's events",
                    hint="An async engine has a sync engine inside, `engine.sync_engine`: the events are that one's.") from None  # fmt: skip
    tasks = []
    try:
        held = await engine.connect()
        tasks = [create_task(use_async(engine)) for _ in range(3)]
        until = monotonic() + LONGEST
        while monotonic() < until and numbers_of(metrics)["pending_requests"] != 3:
            await sleep(0.005)
        expect_counts(metrics, "while three tasks wait", "All tasks run in one thread: count requests, not threads.", pending_requests=3, waits=1)  # fmt: skip
        tasks[0].cancel()
        with suppress(CancelledError):
            await tasks[0]
        expect_counts(metrics, "after one of three waiting tasks was cancelled", "Its wait is over, by CancelledError: that is no Exception, no time-out and no failure.",
                      pending_requests=2, timeouts=0, failed=0, waits=1)  # fmt: skip
        await held.close()
        for task in tasks[1:]:
            await task
        expect_counts(metrics, "when the others have had theirs", "Three have taken a connection and returned it.", pending_requests=0, waits=3, uses=3)  # fmt: skip
    finally:
        for task in tasks:
            task.cancel()
        await engine.dispose()


async def use_async(engine: AsyncEngine) -> None:
    """Take a connection in a task, and return it."""
    async with engine.connect():
        pass


# Minute by minute, as the discrete-event model of this course played it (tests/content/pool_minutes.mjs):
# used, pending, timeouts, failed, obtained, p95 of the wait and of the use in milliseconds.
RECORDINGS = {
    "leak": "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 12 0 0 0 2428 6 299 | 14 0 0 0 2414 28 305 | 15 38 0 0 2045 1990 304 | 15 40 0 0 572 4483 298 | 15 40 80 0 0 - - | 15 40 80 0 0 - - | 15 40 80 0 0 - -",
    "slow_query": "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 15 25 0 0 1498 1396 1780 | 15 25 0 0 1526 1389 1749 | 15 25 0 0 1498 1335 1837 | 15 25 0 0 1545 1350 1869 | 15 25 0 0 1513 1275 1845 | 15 25 0 0 1510 1391 1768 | 15 25 0 0 1484 1304 1803",
    "table_lock": "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 15 25 25 0 432 6 293 | 15 25 50 0 0 - - | 15 25 50 0 0 - - | 15 25 50 0 0 - - | 15 25 0 0 7614 227 306 | 6 0 0 0 6351 223 299 | 4 0 0 0 2429 6 310",
    "database_gone": "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 0 0 0 2239 189 6 295 | 0 0 0 2414 0 - - | 0 0 0 2440 0 - - | 0 0 0 2471 0 - - | 0 0 0 2339 0 - - | 0 0 0 2480 0 - - | 0 0 0 2429 0 - -",
    "pool_too_small": "3 0 0 0 945 137 617 | 1 0 0 0 884 138 612 | 3 0 0 0 876 176 629 | 5 35 0 0 1533 1707 592 | 5 35 0 0 1457 1871 614 | 5 35 0 0 1512 1834 576 | 5 35 0 0 1501 1804 603 | 5 35 0 0 1521 1776 576 | 5 35 0 0 1486 1810 621 | 5 35 0 0 1550 1825 607",
    "always_full": "15 0 0 0 8976 0 303 | 15 0 0 0 9082 0 301 | 15 0 0 0 9010 0 306 | 15 0 0 0 9037 0 292 | 15 0 0 0 9166 0 300 | 15 0 0 0 9163 0 288 | 15 0 0 0 9109 0 291 | 15 0 0 0 9071 0 299 | 15 0 0 0 9100 0 296 | 15 0 0 0 8986 0 294",
    "cold_start": "1 0 0 0 516 3909 303 | 1 0 0 0 485 0 301 | 0 0 0 0 479 0 328 | 0 0 0 0 471 0 287 | 2 0 0 0 444 0 306 | 1 0 0 0 493 0 307 | 0 0 0 0 471 0 315 | 0 0 0 0 476 0 264 | 1 0 0 0 477 0 315 | 1 0 0 0 463 0 295",
    "short_burst": "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 7 0 0 0 2428 6 299 | 15 25 0 0 2534 109 305 | 7 0 0 0 2720 172 301 | 3 0 0 0 2471 6 296 | 5 0 0 0 2339 6 297 | 5 0 0 0 2480 6 304 | 4 0 0 0 2429 6 309",
    "slow_but_few": "4 0 0 0 42 6 17263 | 2 0 0 0 29 0 22431 | 2 0 0 0 38 6 15381 | 6 0 0 0 34 6 18563 | 5 0 0 0 28 0 24319 | 4 0 0 0 32 0 13272 | 2 0 0 0 21 0 15116 | 6 0 0 0 44 6 14125 | 2 0 0 0 30 0 19413 | 3 0 0 0 29 6 12475",
    "overflow_used": "5 0 0 0 2395 6 677 | 11 0 0 0 2380 6 659 | 11 0 0 0 2358 6 658 | 13 0 0 0 2428 6 656 | 9 0 0 0 2414 11 671 | 14 0 0 0 2440 6 684 | 7 0 0 0 2471 6 651 | 7 0 0 0 2339 6 620 | 10 0 0 0 2480 6 676 | 8 0 0 0 2429 6 681",
}  # fmt: skip
MOST = {"pool_too_small": 5}  # of the others: 15
FULL, WAITS = "full_pool_is_an_alarm", "wait_time_tells_all"
# Healthy: what it is, what to say to an alarm that rings, and the belief behind it.
HEALTHY = {
    "always_full": ("15 workers share 15 connections", "All are in use, all the time, and nobody waits: nobody is hurt.", FULL),
    "overflow_used": ("a busy hour that uses the overflow", "The overflow is there to be used. Does anybody wait?", FULL),
    "slow_but_few": ("a few long reports", "They keep their connections for long, and nobody waits: that can be read in the morning.", "long_use_is_an_alarm"),
    "short_burst": ("a burst of 400 requests", "They wait for a moment, just when the numbers are read. A minute later nobody does.", "one_bad_minute_wakes"),
    "cold_start": ("the first minute of a deploy", "Its first connections take 5 s to open. It passes by itself: look whether the next minute is bad too.", "one_bad_minute_wakes"),
}  # fmt: skip
# Incidents: what it is, the minutes in which the alarm must first ring, what to say to one that does not, the belief.
INCIDENTS = {
    "slow_query": ("a query that takes six times as long, from minute 4", 4, 6, "Nobody times out: 25 wait, and the p95 of the wait is above a second, for minutes.", "timeouts_tell_all"),
    "pool_too_small": ("a crowd in front of five connections, from minute 4", 4, 6, "Nobody times out: the p95 of the wait is above a second, for minutes. And 5 is this pool's maximum.", "timeouts_tell_all"),
    "database_gone": ("a database that refuses every connect, from minute 4", 4, 6, "Nobody waits, nothing is in use, nothing times out: every connect fails at once.", WAITS),
    "table_lock": ("a table that is locked, from minute 4", 4, 6, "Nobody obtains a connection, so there is no wait time: look at who is pending, and at the time-outs.", WAITS),
    "leak": ("a leak that begins in minute 4 and has taken all connections by minute 7", 4, 8, "Before the end there is a wait time, then there is none: a minute can be bad in different ways.", WAITS),
}  # fmt: skip


def seconds(text: str) -> float | None:
    """Give a time in seconds, as a minute has it."""
    return None if text == "-" else int(text) / 1000


def minutes_of(name: str) -> list[Any]:
    """Give a recording as the alarm hears it."""
    rows = [row.split() for row in RECORDINGS[name].split("|")]
    return [store.Minute(MOST.get(name, 15), *map(int, row[:5]), *map(seconds, row[5:])) for row in rows]


def rings(minutes: list[Any], words: str) -> bool:
    """Ask the alarm once."""
    called = f"alarm(minutes 1 to {len(minutes)} of {words})"
    try:
        got = call(store.alarm, minutes)
    except Exception as problem:
        raise Wrong(called=called, got=f"{type(problem).__name__}: {problem}", expected="True or False", hint="At least one minute is there, and not "
                    "always two; a time is None if there was nothing to time.") from problem  # fmt: skip
    expect_type(got, bool, called=called)
    return bool(got)


def first_ring(minutes: list[Any], words: str) -> int:
    """Play minutes, and tell in which of them the alarm first rings; 0 if it does not."""
    return next((number for number in range(1, len(minutes) + 1) if rings(minutes[:number], words)), 0)


def expect_silence(minutes: list[Any], words: str, hint: str, belief: str = "") -> None:
    """Play minutes in which the alarm must not ring."""
    rang = first_ring(minutes, words)
    if rang:
        raise Wrong(called=f"alarm(minutes 1 to {rang} of {words}), where {shown(minutes[rang - 1])}", got=True, expected=False, hint=hint, belief=belief)  # fmt: skip


@pytest.mark.task(5, "The alarm", hint="When is a single minute bad for shoppers? And how many bad ones are needed?")  # fmt: skip
def test_alarm() -> None:
    """It stays silent in five busy and healthy recordings, and rings in five incidents: in time, and not before."""
    for name, (words, hint, belief) in HEALTHY.items():
        expect_silence(minutes_of(name), words, hint, belief)
    for name, (words, earliest, latest, hint, belief) in INCIDENTS.items():
        minutes = minutes_of(name)
        rang = first_ring(minutes, words)
        if rang > latest:
            raise Wrong(called=f"the alarm of {words}", got=f"first rings in minute {rang}", expected=f"at the latest in minute {latest}",
                        hint="Shoppers are hurt since minute 4, or with the leak since minute 6. Two bad minutes are enough to be sure.")  # fmt: skip
        if not rang:
            raise Wrong(called=f"alarm(minutes 1 to {latest} of {words}), where {shown(minutes[latest - 1])}", got=False, expected=True, hint=hint, belief=belief)  # fmt: skip
        if rang < earliest:
            raise Wrong(called=f"alarm(minutes 1 to {rang} of {words})", got=True, expected=False, hint="These minutes are quiet: the trouble comes later.")  # fmt: skip
    expect_other_nights()


def expect_other_nights() -> None:
    """Put the recordings together in other ways: what passed, what comes back much later, nobody at all, and what changes."""
    locked, deploy, quiet = minutes_of("table_lock"), minutes_of("cold_start"), minutes_of("slow_query")[:3]
    words = "a table that is free again since minute 8"
    if rings(locked, words):
        raise Wrong(called=f"alarm(minutes 1 to 10 of {words}), where {shown(locked[-1])}", got=True, expected=False,
                    hint="Whom does it wake, and what for? Ask whether the newest minute is still bad.")  # fmt: skip
    expect_silence(deploy[:7] + deploy[:1], "two deploys, seven minutes apart", "One minute was bad each time, and six good ones lie in between: both passed by "
                   "themselves.", "one_bad_minute_wakes")  # fmt: skip
    expect_silence([store.Minute(15, 0, 0, 0, 0, 0, None, None)] * 4, "a night in which nobody comes", "Nobody obtained a connection, and nobody asked for one: "
                   "look whether somebody waits.")  # fmt: skip
    worse = [*quiet, minutes_of("slow_query")[3], locked[4], minutes_of("database_gone")[4]]
    words = "a database that is slow in minute 4, stuck in 5 and gone in 6"
    if not first_ring(worse, words):
        raise Wrong(called=f"alarm(minutes 1 to 6 of {words}), where {shown(worse[-1])}", got=False, expected=True,
                    hint="Three bad minutes, each in its own way: judge each minute as a whole, then count the bad ones.")  # fmt: skip


def shown(minute: Any) -> str:
    """Say what the last minute holds."""
    late = "wait_p95 None" if minute.wait_p95 is None else f"wait_p95 {minute.wait_p95:.2f}"
    return f"the last one has used {minute.used} of {minute.most}, pending {minute.pending}, timeouts {minute.timeouts}, failed {minute.failed}, {late}"
