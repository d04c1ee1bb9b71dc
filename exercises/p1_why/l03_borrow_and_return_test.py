"""The store's own pool under hundreds of orders of its threads; the one that breaks it is shown, as short as possible."""

from collections.abc import Callable, Iterator
from typing import Any

import l03_borrow_and_return as store
import pytest

from poolschool.checks import CallNote, Wrong
from poolschool.schedules.explore import explore, steps
from poolschool.schedules.run import Run
from poolschool.schedules.shop import Connection, Shop, alone, scene
from poolschool.schedules.stage import Make, Stage

pytestmark = pytest.mark.threads
# What breaks: what should have been, what helps, and the belief behind it.
REASONS = {
    "two": ("a connection that nobody else has", "Between a look and the act that relies on it another thread may run: do both while you hold one lock.", "list_is_a_pool"),
    "bound": ("never more than `size` open", "Count the connections that are being opened too, and look and count under one lock.", "pool_only_saves"),
    "woken": ("never more than `size` open", "Did the woken thread look again? Somebody may have been faster: `while`, not `if`.", "woken_means_served"),
    "half returned": ("never more than `size` open", "Put it back and take it off the in-use list under one lock, and free the place only after that.", "list_is_a_pool"),
    "freed": ("never more than `size` open", "A failed opening gives back one place, its own, and no more: others may be opening at that moment.", "failed_open_wakes"),
    "dropped": ("never more than `size` open", "A failed opening gives back its own place. What is idle is still open: keep it, and hand it out.", "failed_open_wakes"),
    "new": ("the idle connection", "Look for an idle connection first; open another only if there is none.", "new_each_time"),
    "eager": ("no connection before the first checkout()", "Open a connection when somebody asks and none is idle.", "pool_is_eager"),
    "at once": ("TimeoutError after `timeout` seconds, and not before", "All are in use: wait until one is returned. A Condition is the place to wait, and its waits take a time-out.", "full_pool_crashes"),
    "kept": ("a connection of this pool", "A connection that is refused must not be kept: look before you put it into the list.", "return_twice"),
    "early": ("TimeoutError after `timeout` seconds, and not before", "A thread that was woken in vain waits on, for what is left of its time.", "woken_means_served"),
    "milliseconds": ("TimeoutError after `timeout` seconds", "Python's clocks count seconds.", "times_in_milliseconds"),
    "late": ("an end after `timeout` seconds at the latest", "One deadline for the whole checkout: being woken in vain, or waiting for a lock, starts no new time-out.", "woken_means_served"),
    "forgotten": ("whoever waits gets what is idle, at once", "Every return wakes somebody who waits, and whoever is woken looks again. Is the lock free while somebody waits?", "woken_means_served"),
    "place": ("whoever waits takes the free place, at once", "When opening has failed, the place is free again and somebody may wait for it: wake one.", "failed_open_wakes"),
    "opens": ("others go on while a connection is being opened", "Take the place under the lock, then open without it.", "lock_while_opening"),
    "held": ("checkin() does not wait", "Somebody waits while holding the lock that the return needs: a Condition's wait() lets go of it.", ""),
    "lost": ("a place that is free again", "When opening fails, give up the place that was taken for it, whatever the error.", "failed_open_wakes"),
    "polls": ("a waiter that sleeps until it is woken", "Sleeping a little and looking again is late or busy: let checkin() wake it, with a Condition.", ""),
    "endless": ("a waiter that sleeps until it is woken", "A loop that looks again and again keeps the processor busy: wait on a Condition.", ""),
    "deadlock": ("every thread comes to its end", "Does every wait have a time-out? 0 is a time-out too. Or who holds the lock, or takes it twice, and never lets go?", ""),
    "unused": ("whoever finds room takes it", "What was seen before the wait, or without the lock, may have changed: look under the lock, then wait. Or is the lock never free?", "list_is_a_pool"),
    "thread": ("a pool without threads of its own", "The threads that borrow do all the work.", "pool_is_magic"),
    "outside": ("a wait by threading, queue or time", "Build it from their parts, then the checker can choose who runs. And does every loop end?", ""),
    "answer": ("a connection that open_connection returned", "Does every way through checkout() end in a `return`?", ""),
    "library": ("a pool of your own", "SQLAlchemy's pool hands out an object of its own around the connection. Build what is inside of it.", ""),
    "accepted": ("ValueError", "Note which connections are in use; whatever is not among them is refused.", "return_twice"),
    "swallowed": ("the error of open_connection", "The caller is to know why there is no connection: let the error through.", ""),
}  # fmt: skip
RAISED = {
    "AttributeError": "`acquire` and `release` are asyncpg's words, `connect` and `close` SQLAlchemy's. This pool says `checkout` and `checkin`.",
    "IndexError": "Another thread was faster between the look and the pop, or between the wake-up and the look: `while`, not `if`, and under the lock.",
    "Empty": "Nothing was there to get. The caller of a pool is promised a TimeoutError.",
    "RuntimeError": "A lock is released, waited on or notified only by the thread that holds it.",
    "ValueError": "This connection is in use: taking it back is right, whichever thread returns it.",
    "TimeoutError": "The caller is promised Python's own TimeoutError.",
}
TOO_MANY = ("bound", "woken", "half returned", "freed", "dropped", "two")
PROMISED = {"Empty": "TimeoutError", "TimeoutError": "Python's TimeoutError"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Give the learner's file, ready to be run in any order."""
    assert store.Pool
    with Stage(store) as stage:
        yield stage


def check(stage: Stage, make: Make, times: int = 1, only: tuple[str, ...] = (), hint: str = "") -> None:
    """Raise Wrong with the shortest order of steps that breaks the pool, if one of so many does."""
    CallNote.text = "Pool(open_connection, size=…, timeout=…)"
    run = explore(stage, make, times=times, only=frozenset(only))
    if run is None:
        return
    error = run.kind.removeprefix("raised ")
    expected, why, belief = REASONS.get(
        run.kind, (PROMISED.get(error, "no error"), RAISED.get(error, "What did it meet that it did not expect?"), "")
    )
    threads = len({name for name, _ in run.told or [] if name})
    called = f"{run.about}, {threads} threads in this order" if threads > 1 else run.about
    raise Wrong(called=called, got=f"{run.text}\n{steps(run)}", expected=expected, hint=hint or why, belief=belief)


@pytest.mark.task(
    1, "One borrower each, and no more than `size`", hint="One lock around every look and the act that relies on it."
)
def test_one_borrower_each(stage: Stage) -> None:
    """A checkout reuses what is idle, opens only what is missing, and gives nobody what another has."""

    def again(shop: Shop) -> None:
        for _ in range(3):
            shop.give(shop.take())
        first, second = shop.take(), shop.take()
        shop.give(second)
        shop.give(first)
        shop.give(shop.take())

    def too_many(shop: Shop) -> None:
        for _ in range(3):
            shop.take()

    check(stage, alone(3, again))
    check(stage, alone(2, too_many), only=TOO_MANY)
    # One is idle, and two want it; then the same without a pause.
    check(stage, scene(2, ("take", "return", 1, "take", 1, "return"), (1, "take", 1, "return")), 50)
    check(stage, scene(2, *[("take", "return", "take", "return")] * 2), 40)
    check(stage, scene(2, *[("take", "return", "take")] * 3), 60, only=TOO_MANY)


@pytest.mark.task(2, "Wait, but not for ever", needs=(1,), hint="A Condition's wait_for takes a time-out.")
def test_wait_and_time_out(stage: Stage) -> None:
    """Whoever finds all in use waits for a return, and gets TimeoutError after `timeout` seconds."""

    def in_vain(shop: Shop) -> None:
        first = shop.take()
        for _ in range(2):
            if shop.take() is None:
                shop.give(first)
                first = shop.take()

    for timeout in (5, 0):
        check(stage, alone(1, in_vain, timeout=timeout))
    check(stage, scene(1, ("take", 3, "return"), ("take", 1, "return"), timeout=10), 40)
    check(stage, scene(1, ("take", 8, "return"), ("take", "take", "return"), timeout=5), 40)


@pytest.mark.task(
    3,
    "Nobody is forgotten, and nobody relies on being woken",
    needs=(2,),
    hint="`while`, not `if`; one deadline; one wake-up for each return.",
)
def test_wake_ups(stage: Stage) -> None:
    """Every return reaches somebody who waits, and whoever is woken looks again and keeps the deadline."""
    check(stage, scene(1, *[("take", "return", "take", "return")] * 3), 60)
    check(stage, scene(1, *[("take", 1, "return")] * 3), 40)
    check(stage, scene(2, *[("take", 1, "return", "take", "return")] * 4), 30)
    # A returns two when B has waited and C asks: two connections for two.
    check(
        stage,
        scene(2, ("take", "take", 1, "return", "return"), (0.5, "take", 5, "return"), (1, "take", 5, "return")),
        250,
    )
    # A returns at 3 s and may be faster than B, who was woken: B has two more seconds.
    check(stage, scene(1, ("take", 3, "return", "take", 20, "return"), ("take", "return"), timeout=5), 60)
    # B's time is up at the moment of A's return, and C waits as well.
    check(stage, scene(1, ("take", 5, "return"), ("take", "return"), (1, "take", "return"), timeout=5), 100)


@pytest.mark.task(4, "Only what is in use is taken back", needs=(1,), hint="Note what is in use.")
def test_returns(stage: Stage) -> None:
    """A second return and a stranger's connection are refused, and change nothing; any thread may return."""

    def strange(shop: Shop) -> None:
        shop.give(Connection("of another pool"), refuse="and is not of this pool")
        first = shop.take()
        shop.give(Connection("of another pool"), refuse="and is not of this pool")
        shop.give(first)
        shop.give(first, refuse="a second time")
        first, second = shop.take(), shop.take()
        shop.give(second)
        shop.give(second, refuse="a second time, with another in use")
        shop.give(first)
        shop.give(first, refuse="a second time, with both idle")
        shop.give(shop.take())

    def two_pools(run: Run, names: dict[str, Any]) -> dict[str, Callable[[], None]]:
        here, there = (Shop(run, names, 1, 30, {}, set()) for _ in range(2))

        def exchange() -> None:
            mine, other = here.take(), there.take()
            here.give(other, refuse="and is another pool's")
            here.give(mine)
            there.give(other)
            here.give(here.take())

        return {"A": exchange}

    def both_return(run: Run, names: dict[str, Any]) -> dict[str, Callable[[], None]]:
        shop, shared, taken = Shop(run, names, 2, 30, {}, set()), list[Connection](), list[bool]()

        def give() -> None:
            run.sleep(1, "works for 1 s")
            taken.append(shop.give(shared[0], refuse="maybe"))
            if len(taken) == 2 and sum(taken) != 1:
                run.fail("accepted", f"two threads return {shared[0]} at the same time: {sum(taken)} are accepted")

        def take_and_give() -> None:
            shared.append(shop.take())
            give()

        return {"A": take_and_give, "B": give}

    def another_returns(run: Run, names: dict[str, Any]) -> dict[str, Callable[[], None]]:
        shop, shared = Shop(run, names, 1, 30, {}, set()), list[Connection]()

        def give() -> None:
            run.sleep(1, "works for 1 s")
            shop.give(shared[0])
            shop.give(shop.take())

        return {"A": lambda: shared.append(shop.take()), "B": give}

    check(stage, alone(2, strange))
    check(stage, two_pools, hint="Is something an attribute of the class? Then all pools share it: set it in __init__.")
    check(stage, another_returns)
    check(stage, both_return, 60)


@pytest.mark.task(
    5,
    "Opening takes time, and may fail",
    needs=(3,),
    hint="Take the place under the lock, open without it, and give the place up if that fails.",
)
def test_opening(stage: Stage) -> None:
    """Others go on while a connection is being opened; if that fails, the caller is told, and somebody who waits may open."""

    def down_for_a_while(shop: Shop) -> None:
        for _ in range(4):
            if connection := shop.take():
                shop.give(connection)

    check(stage, alone(1, down_for_a_while, fails=(1, 2)), only=("swallowed", "lost", "new", *TOO_MANY))
    check(
        stage,
        scene(
            1, ("take", 1, "return"), (0.5, "take", 1, "return"), (0.5, "take", "return"), opening={1: 1}, fails=(1,)
        ),
        60,
    )
    check(stage, scene(2, ("take", 1, "return"), (0.5, "take", "return"), (0.7, "take", "return"), opening={2: 5}), 60)
    check(stage, scene(2, *[("take", 1, "return")] * 3, opening={1: 2, 2: 2, 3: 2}, fails=(2,)), 60)

    def down_once(shop: Shop) -> None:
        for _ in range(4):
            shop.take()

    # Afterwards the pool still knows its `size`: after one failure, after one while A is opening, after one while one is idle.
    check(stage, alone(2, down_once, fails=(1,)), only=TOO_MANY)
    late = (4, "take", 9, "return")
    check(stage, scene(2, ("take", 9, "return"), (0.5, "take"), late, late, opening={1: 6, 2: 1}, fails=(2,)), 10)
    check(stage, scene(2, ("take", 1, "return"), (0.5, "take"), late, late, opening={2: 2}, fails=(2,)), 10)
