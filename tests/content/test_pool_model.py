"""The pool that readers play with behaves as SQLAlchemy's: both run the same scripts, compared after every step."""

import gc
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, Pool, QueuePool
from sqlalchemy.pool.base import PoolProxiedConnection

from poolschool.measure.javascript import Module

SOON = 20.0  # seconds; how long a thread may take to arrive where it must

Script = dict[str, Any]  # {"settings": {...}, "steps": [["connect"], ["close", 0], ["expire"]]}


@pytest.fixture(scope="module")
def model() -> Iterator[Module]:
    """Keep docs/assets/pool/model.js loaded in Node."""
    with Module(Path(__file__).with_name("pool_scripts.mjs")) as module:
        yield module


class Loan(threading.Thread):
    """One caller of the real pool, in a thread of its own because it may have to wait."""

    def __init__(self, pool: Pool, numbers: dict[int, int]) -> None:
        super().__init__(daemon=True)
        self.pool, self.numbers = pool, numbers
        self.connection: PoolProxiedConnection | None = None
        self.state: str | int = "waiting"
        self.start()

    def run(self) -> None:
        try:
            self.connection = self.pool.connect()
            self.state = self.numbers[id(self.connection.dbapi_connection)]
        except PoolTimeout as error:
            self.state = f"TimeoutError: {error}"

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection, self.state = None, "returned"


class FakeConnection:
    """What a DBAPI connection must have for a pool: the pool never asks for more."""

    def rollback(self) -> None: ...

    def close(self) -> None: ...


def run_real(script: Script) -> Iterator[dict[str, Any]]:
    """Run a script through SQLAlchemy's pool; give status, counts and loans after every step."""
    settings = script["settings"]
    opened: list[FakeConnection] = []  # kept, so that no id is given twice
    closed: list[object] = []
    numbers: dict[int, int] = {}
    if settings is None:
        pool: Pool = NullPool(FakeConnection)
    else:
        pool = QueuePool(
            FakeConnection,
            pool_size=settings["poolSize"],
            max_overflow=settings["maxOverflow"],
            timeout=settings["timeout"],
            use_lifo=settings.get("lifo", False),
        )

    def opening(connection: FakeConnection, _record: object) -> None:
        opened.append(connection)
        numbers[id(connection)] = len(opened)

    event.listen(pool, "connect", opening)
    event.listen(pool, "close", lambda connection, _record: closed.append(connection))
    loans: list[Loan] = []
    for what, *which in script["steps"]:
        waiting = [loan for loan in loans if loan.state == "waiting"]
        if what == "connect":
            loans.append(Loan(pool, numbers))
            _until(lambda asked=loans[-1], before=waiting: asked.state != "waiting" or _asleep(pool) > len(before))
        elif what == "close":
            held = loans[which[0]].connection is not None
            loans[which[0]].close()
            if held and waiting:
                _until(lambda waiting=waiting: any(loan.state != "waiting" for loan in waiting))
        else:
            for loan in waiting:
                loan.join(SOON)
        yield {
            "status": pool.status(),
            "opened": len(opened),
            "closed": len(closed),
            "loans": [loan.state for loan in loans],
        }
    for loan in loans:
        loan.close()
    for loan in loans:
        loan.join(0.1)
        loan.close()


def _asleep(pool: Pool) -> int:
    """Tell how many threads sleep until a connection comes back; only the queue's condition knows."""
    return len(pool._pool.not_empty._waiters) if isinstance(pool, QueuePool) else 0


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not true():
        assert time.monotonic() < end, "A thread did not arrive in time."
        time.sleep(0.0005)


def settings(size: int, overflow: int, timeout: float = 60, *, lifo: bool = False) -> dict[str, Any]:
    """Name settings as the model does; 60 seconds are longer than any script runs."""
    return {"poolSize": size, "maxOverflow": overflow, "timeout": timeout, "lifo": lifo}


def told() -> dict[str, Script]:
    """Write down the scripts that tell a story."""
    connect, expire = ["connect"], ["expire"]
    all_back = [["close", number] for number in range(7)]
    return {
        "a fresh pool grows to its overflow and keeps five": {
            "settings": settings(5, 10), "steps": [connect] * 7 + all_back + [connect] * 3},
        "who waits is served in the order of coming": {
            "settings": settings(2, 0), "steps": [connect] * 5 + [["close", n] for n in range(5)]},
        "who waits too long gives up, and the next caller may be lucky": {
            "settings": settings(2, 1, 1), "steps": [connect] * 5 + [expire, ["close", 1], connect]},
        "no patience fails at once": {"settings": settings(1, 0, 0), "steps": [connect, connect, ["close", 0], connect]},
        "fractions of a second are told in the error": {"settings": settings(1, 0, 0.25), "steps": [connect, connect, expire]},
        "pool_size 0 is no limit and pooling": {
            "settings": settings(0, 0), "steps": [connect] * 7 + all_back + [connect] * 8},
        "pool_size 0 ignores max_overflow": {"settings": settings(0, 1), "steps": [connect] * 4},
        "max_overflow -1 is no limit and keeps pool_size": {
            "settings": settings(2, -1), "steps": [connect] * 7 + all_back + [connect] * 3},
        "closing twice gives back once": {"settings": settings(1, 1), "steps": [connect, connect, ["close", 0], ["close", 0]]},
        "first in, first out": {"settings": settings(3, 0), "steps": [connect] * 3 + all_back[:3] + [connect, ["close", 3]] * 3},
        "last in, first out": {
            "settings": settings(3, 0, lifo=True), "steps": [connect] * 3 + all_back[:3] + [connect, ["close", 3]] * 3},
        "NullPool keeps nothing": {"settings": None, "steps": [connect] * 3 + all_back[:3] + [connect]},
    }  # fmt: skip


TOLD = told()


def compare(model: Module, script: Script) -> list[dict[str, Any]]:
    """Run a script through both; status, counts, who holds what, who waits and every error are equal at every step."""
    steps = script["steps"]
    modelled = model.call("run", script)
    for number, (real, told) in enumerate(zip(run_real(script), modelled, strict=True), start=1):
        assert told == real, f"step {number}, {steps[number - 1]}, of {steps}"
    return modelled


@pytest.mark.parametrize("name", TOLD)
def test_model_and_pool_agree_after_every_step(name: str, model: Module) -> None:
    """The scripts that tell a story give the same in the model and in SQLAlchemy's pool."""
    compare(model, TOLD[name])


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Make up a script: settings, and connects and closes of what is lent, of what waits and of what is back already.

    A time-out that is reached ends all waiting at once, so it comes last: threads do not tell which of two is first.
    """
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a seed for a test
    expires = draw(st.sampled_from((False, False, True)))
    # the seconds of a time-out are really waited; 60 are longer than any script runs
    timeout = chance.choice((0, 0.02)) if expires else 60
    steps: list[list[Any]] = [["connect"]] * chance.randint(1, 8)
    asked = len(steps)
    for _ in range(0 if expires and timeout else chance.randint(0, 30)):
        connect = chance.random() < 0.4
        steps = [*steps, ["connect"] if connect else ["close", chance.randrange(asked)]]
        asked += connect
    steps = [*steps, ["expire"]] if expires else steps
    drawn = settings(chance.randint(0, 4), chance.choice((-1, 0, 0, 1, 2, 4)), timeout, lifo=chance.random() < 0.4)
    return {"settings": drawn, "steps": steps}


@pytest.mark.timeout(300)
def test_five_hundred_scripts_by_chance(model: Module) -> None:
    """The same opens, waits, reuses, closes and time-outs over 500 scripts; among them are many of each kind."""
    seen: Counter[str] = Counter()

    @hypothesis.settings(
        max_examples=500, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(scripts())
    def every_script_agrees(script: Script) -> None:
        for last in (False, False, False, True):
            try:
                run = compare(model, script)
                break
            except AssertionError:  # on a busy machine 20 ms can pass between two steps; a wrong model is wrong again
                if last:
                    raise
        loans = [state for step in run for state in step["loans"]]
        seen.update(
            scripts=1,
            waited="waiting" in loans,
            timed_out=any(str(state).startswith("TimeoutError") for state in loans),
            closed=run[-1]["closed"] > 0,
            reused=sum(step[0] == "connect" for step in script["steps"]) > run[-1]["opened"],
        )

    every_script_agrees()
    assert seen["scripts"] >= 500
    assert min(seen["waited"], seen["timed_out"], seen["closed"], seen["reused"]) >= 40, seen


def test_leaks_are_freed_as_the_figure_says(tmp_path: Path) -> None:
    """A forgotten connection comes back at once if no query ran on it, and else only when the collector runs."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=5, max_overflow=0, pool_timeout=0)

    def search(*, query: bool) -> None:
        connection = engine.connect()
        if query:
            connection.execute(text("SELECT 1")).scalar()

    gc.disable()
    try:
        for _ in range(20):
            search(query=False)
        assert engine.pool.checkedout() == 0
        for _ in range(5):
            search(query=True)
        with pytest.raises(PoolTimeout):
            search(query=True)
        assert engine.pool.checkedout() == 5
        gc.collect()
        assert engine.pool.checkedout() == 0
    finally:
        gc.enable()
        engine.dispose()
