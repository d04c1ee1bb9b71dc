"""Replay traces on a real QueuePool whose time is ours: who waits, for how long, and what is opened anew."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import l15_sizing as store
import pytest
from sqlalchemy import Engine, QueuePool, create_engine

from poolschool.checks import Wrong, borrow, call, count_connections, describe, expect, expect_type
from poolschool.schedules.traffic import Request, draw_traffic, fewest_connections, p95, serve_traffic

Trace = Sequence[store.Checkout]
MANY = 120  # connections at once; no trace here needs more
LATE = 0.05  # the share of checkouts that may wait longer than the target
NEAR = 1e-6  # sums of floats differ in their last digits
SAME = 1e-4  # seconds; a replay in whole microseconds is right too


def trace_of(*checkouts: tuple[float, float]) -> list[store.Checkout]:
    """Make a trace of pairs: when each asked, and how long it held."""
    return [store.Checkout(at, held) for at, held in checkouts]


def by_return(trace: Trace) -> list[store.Checkout]:
    """Give a trace as it is recorded: in the order of returning."""
    return sorted(trace, key=lambda one: one.at + one.held)


def traffic(seed: int, rate: float, hold: float, number: int) -> list[store.Checkout]:
    """Draw checkouts that come independently of each other."""
    return by_return(trace_of(*draw_traffic(seed, rate, hold, number)))


def pairs(trace: Trace) -> list[Request]:
    """Give a trace as the pairs that it was made of."""
    return [(one.at, one.held) for one in trace]


SEARCHES = traffic(16, rate=200, hold=0.02, number=500)  # four busy on average
QUIET = traffic(2, rate=5, hold=0.02, number=200)
# Twenty searches a second, and a job that asks forty times at once every five seconds.
JOB = by_return(
    traffic(3, rate=20, hold=0.02, number=200)
    + trace_of(*((5.0 * burst + 0.0001 * one, 0.02) for burst in (1, 2) for one in range(40)))
)


def twice(trace: Trace) -> list[store.Checkout]:
    """Give the same checkouts in half the time."""
    return [replace(one, at=one.at / 2) for one in trace]


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Callable[[int], Engine]]:
    """Make real pools without overflow."""
    engines: list[Engine] = []

    def make(size: int) -> Engine:
        engines.append(create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=size, max_overflow=0))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


def near(got: object, expected: float, *, called: str, hint: str, belief: str = "") -> None:
    """Expect a number, whatever its last digits are."""
    expect_type(got, int if isinstance(got, int) else float, called=called)
    same = isinstance(got, int | float) and abs(got - expected) <= NEAR
    expect(expected if same else got, expected, called=called, hint=hint, belief=belief)


LAWS: tuple[tuple[str, Trace, float, str, str], ...] = (
    ("four checkouts of 0.5 s in 2 s", trace_of(*((0.1, 0.5),) * 4), 2.0, "4 ÷ 2 s come in a second, and each holds for 0.5 s.", ""),
    ("checkouts of 0.1, 0.1 and 2.8 s in 10 s", trace_of((1, 0.1), (2, 0.1), (4, 2.8)), 10.0,
     "The mean of what they hold, not the median: who holds long fills the pool.", ""),
    ("one checkout of 1 s in 60 s", trace_of((0, 1)), 60.0, "The seconds of the recording, also those in which nothing happened.", ""),
    ("eight checkouts of 0.25 s at once, in 4 s", trace_of(*((0, 0.25),) * 8), 4.0,
     "On average over the whole time, not at the busiest moment.", "one_for_each_request"),
    ("no checkouts in 5 s", [], 5.0, "Nobody came: none was busy.", ""),
)  # fmt: skip


@pytest.mark.task(1, "Busy on average", hint="Requests per second, times the seconds that each holds a connection.")
def test_busy_connections() -> None:
    """Rate times mean hold time, over the seconds of the recording, however uneven the traffic."""
    for words, trace, seconds, hint, belief in LAWS:
        expected = sum(one.held for one in trace) / seconds
        near(
            call(store.busy_connections, trace, seconds),
            expected,
            called=f"busy_connections({words})",
            hint=hint,
            belief=belief,
        )


REPLAYS: tuple[tuple[str, Trace, int, str], ...] = (
    ("one after the other", trace_of((1, 0.5), (3, 0.5)), 1, "Nobody waits: it is free before the second asks. A wait ends where the holding begins, and no wait is less than 0."),
    ("the second asks while the first holds", trace_of((0, 1), (0.25, 1)), 1, "It asks at 0.25 and gets the connection at 1. The holding comes after it."),
    ("the same with two connections", trace_of((0, 1), (0.25, 1)), 2, "One connection for each: nobody waits."),
    ("three in a row", trace_of((0, 1), (0.25, 1), (0.5, 1)), 1, "The third waits for the second, which began late itself: 2.0 - 0.5."),
    ("a rush after a rest", trace_of((0, 1), (5, 1), (5.5, 1)), 1, "A connection that rested until 5 is free from then on: what it did not use is lost."),
    ("a long one and two short ones", trace_of((0, 8), (0.5, 1), (1, 1)), 2, "The third takes the connection that is free first, after the short one."),
    ("as it was recorded: who asks first returns last", trace_of((1, 0.5), (0, 4)), 1, "The trace is in the order of returning. Sort it by `at`; the waits are in the order of asking."),
)  # fmt: skip


@pytest.mark.task(2, "The replay", hint="For each connection, note when it is free again.")
def test_waits(pool: Callable[[int], Engine]) -> None:
    """The waits are those of a real QueuePool of that size, whose waiters are served in the order of asking."""
    many = [(f"five hundred searches, {size} connections", SEARCHES, size, "The short traces agree. Who gets which connection, when all are busy?")
                for size in (3, 5, 8)]  # fmt: skip
    for words, trace, connections, hint in (*REPLAYS, *many):
        expected = serve_traffic(pool(connections), pairs(trace)).waits
        shown = f"[{', '.join(f'({one.at}, {one.held})' for one in trace)}]" if len(trace) < 9 else words
        called = f"waits({shown}, {connections})"
        given = [*trace]
        got = call(store.waits, given, connections)
        expect_type(got, list, called=called)
        expect(given == trace, True, called=f"the trace is as before after {called}", hint="`sorted` makes a new list, `.sort()` changes the caller's.")  # fmt: skip
        expect(len(got), len(trace), called=f"len({called})", hint="One wait for each checkout, 0 for who need not wait.")  # fmt: skip
        for place, (mine, real) in enumerate(zip(got, expected, strict=True)):
            of_one = f", number {place + 1} in the order of asking" if len(trace) >= 9 else ""
            if not isinstance(mine, int | float) or abs(mine - real) > SAME:
                raise Wrong(called=called + of_one, got=mine if of_one else got, expected=round(real, 6) if of_one else [round(wait, 6) for wait in expected], hint=hint)  # fmt: skip


COUNT = "Count who waits longer than the target: of five hundred, twenty-five may."
SIZES: tuple[tuple[str, Trace, float, str, str], ...] = (
    ("five hundred searches", SEARCHES, 0.02, COUNT, ""),
    ("a quiet day", QUIET, 0.05, "The target counts, and for 50 ms one is enough. One connection is the smallest pool there is.", ""),
    ("eighteen apart, and two beside others", trace_of(*((at, 0.75) for at in range(18)), (0.125, 0.25), (4.125, 0.25)), 0.25,
     "Two of twenty wait with one connection, and one may: 18 of 20 are 90 %.", ""),
    ("five hundred searches", SEARCHES, 0.003, "The target counts: who may wait less needs more connections.", ""),
    ("twenty at once, 0.25 s each", trace_of(*((0, 0.25),) * 20), 0.25, "A wait of just the target is good enough: two rounds.", ""),
    ("nineteen apart, and one beside another", trace_of(*((at, 0.25) for at in range(19)), (0.125, 0.25)), 0.0,
     "One of twenty may wait longer: 19 of 20 are 95 %.", ""),
    ("twenty at once, 0.25 s each", trace_of(*((0, 0.25),) * 20), 0.249, "0.25 is more than 0.249: only who need not wait is in time.", ""),
    ("no checkouts at all", [], 0.02, "Nobody came. One connection is the smallest pool: pool_size=0 would have no limit.", "zero_means_off"),
    ("searches, and a job that asks forty times at once", JOB, 0.04,
     "They do not come independently of each other, so no formula of rate and hold can know. Replay the trace.", "formula_knows_bursts"),
)  # fmt: skip
AVERAGE = "Busy on average are 4. A pool of so many never gets rid of its queue."


@pytest.mark.task(
    3, "The smallest pool", needs=(2,), hint="Try 1, 2, 3 … connections. Who waits longer than the target?"
)
def test_smallest_pool(pool: Callable[[int], Engine]) -> None:
    """With that many connections a real pool keeps 95 % of the checkouts within the target, and with one less it does not."""
    for words, trace, target, hint, belief in SIZES:
        called = f"smallest_pool({words}, target={target})"
        got = call(store.smallest_pool, trace, target)
        expect_type(got, int, called=called)
        expected = fewest_connections(pairs(trace), target) if trace else 1
        if got != expected:
            late = [
                sum(wait > target + NEAR for wait in serve_traffic(pool(size), pairs(trace)).waits)
                for size in (max(1, got), expected)
            ]
            seen = f"{got}: of {len(trace)} checkouts, {late[0]} wait longer" if 0 < got < MANY else str(got)
            average = hint == COUNT and got <= 4
            raise Wrong(called=called, got=seen, expected=f"{expected}: {late[1]} wait longer, and {int(len(trace) * LATE + NEAR)} may",
                        hint=AVERAGE if average else hint,
                        belief="average_is_enough" if average else belief)  # fmt: skip


# The first three are measured: 40 threads, two cores (requests per second by connections).
COMPUTES = {1: 178.0, 2: 353.0, 5: 347.0, 10: 354.0, 20: 349.0, 50: 344.0}
PAUSES = {1: 93.0, 2: 180.0, 5: 460.0, 10: 915.0, 20: 1643.0, 50: 1517.0}
SWEEPS: tuple[tuple[dict[int, float], int, str, str], ...] = (
    (COMPUTES, 2, "Two cores compute two queries: 353 of 354 with 2, and not one more that matters with 10.", "more_connections_more_cores"),
    (PAUSES, 20, "Queries that wait need connections: 10 serve little more than half of what 20 do.", "one_size_fits_all"),
    ({1: 2048.0, 2: 2350.0, 5: 1910.0, 10: 1549.0, 20: 1415.0, 50: 1450.0}, 2, "One serves 87 %, two the most.", ""),
    ({5: 400.0, 40: 1000.0, 20: 950.0, 10: 800.0}, 20, "950 of 1000 are 95 %; and the numbers may be in any order.", ""),
    ({1: 99.0, 4: 60.0, 8: 100.0}, 1, "Measurements need not rise. The smallest that reaches 95 % is asked for.", ""),
)  # fmt: skip


@pytest.mark.task(
    4, "What more is no use", hint="What is the most that was served, and which sizes serve nearly as much?"
)
def test_useful_connections() -> None:
    """The smallest measured size that serves 95 % of the most, whether queries wait or compute."""
    for served, expected, hint, belief in SWEEPS:
        expect(call(store.useful_connections, served), expected, called=f"useful_connections({served})", hint=hint, belief=belief)  # fmt: skip


PLENTY = store.Database(room=400, processes=2, served={100: 100.0, 400: 200.0})
PLANS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({}, "There is room for both: the smallest pool is kept, and overflow makes up what twice the traffic needs.", "overflow_is_free"),
    ({"processes": 50}, "50 processes with 8 each fill 400: overflow gives way.", "deploy_replaces_at_once"),
    ({"room": 18, "processes": 3}, "The smallest pool just fits, and no overflow does: 3 × 6 = 18.", "overflow_forgotten"),
    ({"room": 100, "processes": 17}, "17 × 6 are 102, and 100 are there: refuse, before the server does.", "deploy_replaces_at_once"),
    ({"served": {7: 1000.0, 14: 2000.0, 30: 2010.0}}, "14 in all serve as much as 30: two processes need no more than 7 each.", "more_connections_more_cores"),
    ({"served": COMPUTES}, "Two in all are useful, and the smallest pool is 6: the cores are what is missing, and no pool has them.", "more_connections_more_cores"),
)  # fmt: skip
TARGET = 0.02


@pytest.mark.task(
    5, "The engine", needs=(3, 4), hint="What may one process open, and how much of it does it need every day?"
)
def test_make_engine(tmp_path: Path) -> None:
    """A process keeps what the trace needs, opens what twice the traffic needs, and no more than its share; or it is refused."""
    size, most = fewest_connections(pairs(SEARCHES), TARGET), fewest_connections(pairs(twice(SEARCHES)), TARGET)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    for changed, hint, belief in PLANS:
        plan = replace(PLENTY, **changed)
        useful = min(each for each, rate in plan.served.items() if rate >= (1 - LATE) * max(plan.served.values()))
        share = min(plan.room, useful) // plan.processes
        called = f"make_engine(url, five hundred searches, {TARGET}, {plan})"
        try:
            with count_connections() as seen:
                engine = call(store.make_engine, url, SEARCHES, TARGET, plan)
        except ValueError as problem:
            if share < size:
                continue
            raise Wrong(called=called, got=f"ValueError: {problem}", expected=f"pool_size={size}, which fits: {share} for each process", hint=hint, belief=belief) from None  # fmt: skip
        expect_type(engine, Engine, called=called)
        expect(seen.opened, 0, called=f"connections opened by {called}", hint="create_engine opens nothing by itself.")
        told, patience = describe(engine.pool), getattr(engine.pool, "_timeout", 0.0)
        if share < size:
            raise Wrong(called=called, got=told, expected="ValueError", hint=hint, belief=belief)
        if not isinstance(engine.pool, QueuePool):
            raise Wrong(called=called, got=told, expected="a QueuePool", hint="Only a pool with a limit keeps to a share.")  # fmt: skip
        taken = borrow(engine, MANY, called=f"{called}.connect()")
        for connection in taken:
            connection.close()
        kept, opens = engine.pool.checkedin(), len(taken)
        limit = min(most, share)
        if (kept, opens) != (size, limit):
            why = reason(kept, opens, size, limit, share)
            raise Wrong(called=called, got=f"{told}. {consequences(engine, share)}", expected=f"keeps {size} and opens up to {limit}; a process's share is {share}",
                        hint=why or hint, belief=blame(kept, opens, size, limit, share) if why else belief)  # fmt: skip
        keep_who_waits(engine, patience, called)


def keep_who_waits(engine: Engine, patience: float, called: str) -> None:
    """Refuse a pool_timeout that ends waits which the trace has."""
    lost = sum(wait >= patience for wait in serve_traffic(engine, pairs(SEARCHES)).waits)
    if lost:
        raise Wrong(called=called, got=f"pool_timeout={patience:g}: of {len(SEARCHES)} checkouts, {lost} end in a TimeoutError", expected="all get a connection",
                    hint="The target says how long 95 % may wait. The others wait longer, and should get a connection too: leave pool_timeout above the longest wait.",
                    belief="timeout_fixes_it")  # fmt: skip


def consequences(engine: Engine, share: int) -> str:
    """Put an engine under the trace and under twice its traffic; tell what happened."""
    day, rush = serve_traffic(engine, pairs(SEARCHES)), serve_traffic(engine, pairs(twice(SEARCHES)))
    return (
        f"On the trace it opens {day.opened} connections for {len(SEARCHES)} checkouts, the p95 of the wait is {p95(day.waits) * 1000:.0f} ms, "
        f"under twice the traffic {p95(rush.waits) * 1000:.0f} ms"
    )


def reason(kept: int, opens: int, size: int, limit: int, share: int) -> str:
    """Say what is wrong with two numbers that are not the right ones; "" if it is the plan that says it best."""
    if opens >= MANY:
        return "It never refused: pool_size=0 and max_overflow=-1 mean no limit, so a rush of any size goes on to the database."
    if opens > share:
        return ""
    if kept < size:
        return "What is kept is too small for everyday: what is returned beyond it is closed, and opened again for the next. Overflow is for the rush."
    if kept > size:
        return (
            f"{size} are enough on the trace. What twice the traffic needs on top is overflow, which is closed again."
        )
    if opens > limit:
        return f"Twice the traffic is the same checkouts in half the time, each held as long as before: {limit} are enough for twice the traffic."
    return f"Twice the traffic needs {limit}, and the database has room for them."


def blame(kept: int, opens: int, size: int, limit: int, share: int) -> str:
    """Name the belief behind two wrong numbers; "" if it is that of the plan."""
    if opens >= MANY:
        return "zero_means_off"
    if opens > share:
        return ""
    if kept < size:
        return "overflow_is_free"
    return "bigger_is_faster" if opens == share > limit else ""
