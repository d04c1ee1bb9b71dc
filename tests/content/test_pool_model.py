"""The pool that readers play with behaves as SQLAlchemy's: both run the same scripts, compared after every step."""

import base64
import gc
import json
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, Pool, QueuePool
from sqlalchemy.pool.base import PoolProxiedConnection

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SOON = 20.0  # seconds; how long a thread may take to arrive where it must

Script = dict[str, Any]  # {"settings": {...}, "steps": [["connect"], ["close", 0], ["expire"]]}
RUN = """async ([source, scripts]) => {
    const { NullPool, QueuePool } = await import(source);
    return scripts.map(({ settings, steps }) => {
        const pool = settings === null ? new NullPool() : new QueuePool(settings);
        const loans = [];
        return steps.map(([what, which]) => {
            if (what === "connect") loans.push(pool.connect());
            else if (what === "close") pool.close(loans[which]);
            else pool.advance(settings.timeout);
            return {
                status: pool.status(), opened: pool.opened, closed: pool.closed,
                loans: loans.map(({ state, connection, error }) =>
                    state === "failed" ? `${error.kind}: ${error.text}` : state === "lent" ? connection : state),
            };
        });
    });
}"""


def run_model(scripts: list[Script]) -> list[list[dict[str, Any]]]:
    """Run scripts through docs/assets/pool-model.js, in Node where there is one, else in Chromium."""
    module = (ASSETS / "pool-model.js").read_bytes()
    handed = ["data:text/javascript;base64," + base64.b64encode(module).decode(), scripts]
    if node := shutil.which("node"):
        program = f"process.stdout.write(JSON.stringify(await ({RUN})({json.dumps(handed)})))"
        done = subprocess.run(
            [node, "--input-type=module"], input=program, capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return _run_in_chromium(handed)


def _run_in_chromium(handed: list[Any]) -> list[list[dict[str, Any]]]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        pytest.skip("No JavaScript found: install Node or Chromium (Debian: apt install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        found = browser.new_page().evaluate(RUN, handed)
        browser.close()
    return found


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


def by_chance(seed: int) -> Script:
    """Make up a script of forty steps from a seed: connects and closes, valid and idle ones alike."""
    chance = random.Random(seed)  # noqa: S311 - a seed for a test
    steps: list[list[Any]] = [["connect"]]
    while len(steps) < 40:
        asked = sum(step[0] == "connect" for step in steps)
        steps.append(["connect"] if chance.random() < 0.4 else ["close", chance.randrange(asked)])
    drawn = settings(chance.randint(0, 4), chance.choice((-1, 0, 0, 1, 2)), lifo=chance.random() < 0.4)
    return {"settings": drawn, "steps": steps}


SCRIPTS = told() | {f"seed {seed}": by_chance(seed) for seed in range(30)}


@pytest.fixture(scope="module")
def modelled() -> dict[str, list[dict[str, Any]]]:
    """Run all scripts through the model at once."""
    return dict(zip(SCRIPTS, run_model(list(SCRIPTS.values())), strict=True))


@pytest.mark.parametrize("name", SCRIPTS)
def test_model_and_pool_agree_after_every_step(name: str, modelled: dict[str, list[dict[str, Any]]]) -> None:
    """Status text, connections opened and closed, who holds which connection, who waits and every error are equal."""
    steps = SCRIPTS[name]["steps"]
    for number, (real, model) in enumerate(zip(run_real(SCRIPTS[name]), modelled[name], strict=True), start=1):
        assert model == real, f"step {number}, {steps[number - 1]}, of {steps}"


def test_the_scripts_reach_what_they_are_for(modelled: dict[str, list[dict[str, Any]]]) -> None:
    """Among the scripts by chance are waiting callers, closed overflow and reuse: they do not test nothing."""
    runs = [run for name, run in modelled.items() if name.startswith("seed")]
    assert sum(any("waiting" in step["loans"] for step in run) for run in runs) >= 5
    assert sum(run[-1]["closed"] > 0 for run in runs) >= 5


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
