"""What the calculator says of settings, threads and deploys: FastAPI, SQLAlchemy, PostgreSQL and the simulator agree with it."""

import math
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from bursts import Burst, burst, tutorial_store
from error_proofs.console import SmallServer
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.course.lessons import find_root
from poolschool.measure.javascript import Module
from poolschool.site.figures.sizing import FIELDS

ROOT = find_root(Path(__file__).parent)
TYPED = {field.name: field.default for field in FIELDS}
Answer = dict[str, Any]


@pytest.fixture(scope="module")
def sizing() -> Iterator[Module]:
    """Keep the formulas loaded."""
    with Module(ROOT / "docs/assets/sizing/sizing.js") as module:
        yield module


@pytest.fixture(scope="module")
def runs() -> Iterator[Module]:
    """Keep the simulator loaded."""
    with Module(Path(__file__).with_name("simulator_runs.mjs")) as module:
        yield module


@pytest.fixture(scope="module")
def small() -> Iterator[SmallServer]:
    """Run a PostgreSQL with max_connections = 10, of which 3 are reserved; root's runs as a user who may not enter pytest's folder."""
    folder = Path(mkdtemp(prefix="poolschool_sizing_"))
    server = SmallServer(folder)
    yield server
    server.stop()
    rmtree(folder)


def ask(sizing: Module, **typed: object) -> Answer:
    """Type into the form, and give the answer."""
    asked = sizing.call("read", TYPED | {name: str(value) for name, value in typed.items()})
    assert asked["faults"] == {}
    return sizing.call("answer", asked["wish"])


def findings(answer: Answer, level: str) -> str:
    """Give what a check says at one level."""
    return "\n".join(finding["what"] for finding in answer["check"]["findings"] if finding["level"] == level)


# ---- threads: a real FastAPI ----


def local(folder: Path, size: int, overflow: int) -> Engine:
    """Make a pool whose time-out no crowd waits for."""
    url = f"sqlite:///{folder / 'store.db'}"
    return create_engine(url, pool_size=size, max_overflow=overflow, pool_timeout=60, connect_args={"timeout": 60})


def test_forty_threads_query_forty_times_at_once(sizing: Module, tmp_path: Path) -> None:
    """FastAPI with 100 requests and a pool of 60: 40 hold a connection, as the check says, and 20 are of no use to queries."""
    engine = local(tmp_path, 60, 0)
    app = FastAPI()
    seen: list[int] = []

    @app.get("/products")
    def search():  # type: ignore[no-untyped-def]
        with engine.connect() as connection:
            return {"number": connection.scalar(text("SELECT 1"))}

    async def look() -> None:
        seen.append(engine.pool.checkedout())  # type: ignore[attr-defined]

    assert burst(app, 100, engine, meanwhile=look).all_answered
    engine.dispose()
    assert seen == [40]
    risk = findings(ask(sizing, rate="", hold="", processes=1, pool_size=60, max_overflow=0, deploy=1), "risk")
    assert "so no more than 40 can query: 20 of the 60" in risk


@pytest.mark.parametrize("typed", [{}, {"rate": 900, "processes": 2}], ids=["as it begins", "a larger pool"])
def test_the_cliff_of_the_advised_pool_is_where_it_says(
    sizing: Module, tmp_path: Path, typed: dict[str, object]
) -> None:
    """One request less than it says is answered; with that many FastAPI stands still; admitting as many as it says cures."""
    advice = ask(sizing, **typed)["advice"]
    at, most = advice["cliff"]["at"], advice["pool_size"] + advice["max_overflow"]

    def crowd(number: int, **depends: Any) -> Burst:
        engine = local(tmp_path, advice["pool_size"], advice["max_overflow"])
        try:
            return burst(tutorial_store(engine, **depends), number, engine)
        finally:
            engine.dispose()

    assert crowd(at - 1).all_answered
    assert crowd(at).stood_still == (40, most, most)
    assert f"{at} requests at once" in advice["remarks"][0]["what"]
    assert f"max_concurrency={most}" in advice["remarks"][0]["what"]
    assert crowd(3 * at, max_concurrency=most).all_answered


def test_the_check_knows_the_cliff_of_the_defaults(sizing: Module) -> None:
    """5 + 10 is the lesson's 55; async endpoints have none, and a pool that does not wait keeps no thread."""
    assert "= 55 requests at once" in findings(ask(sizing, pool_size=5), "note")
    for typed in ({"threads": 0}, {"pool_timeout": 0}):
        assert "cliff" not in findings(ask(sizing, pool_size=5, **typed), "note")


def test_a_pool_smaller_than_demand_is_told_when_it_meets_the_cliff(sizing: Module, runs: Module) -> None:
    """Simulated a hundred times, that crowd is there by the time that the check foretells, and not long before."""
    typed = {"rate": 240, "hold": 20, "processes": 1, "pool_size": 3, "max_overflow": 0}
    wrong = findings(ask(sizing, **typed), "wrong")
    after = float(re.findall(r"within about ([\d.]+) ms the process is at its cliff", wrong)[0]) / 1000
    settings = {
        "rate": 240,
        "hold": 0.02,
        "spread": 1,
        "pool_size": 3,
        "max_overflow": 0,
        "pool_timeout": None,
        "open": 0,
    }
    inside = [runs.call("balance", settings | {"seed": seed}, after)["inside"] for seed in range(1, 101)]
    assert 43 <= sum(inside) / len(inside) < 43 * 1.2


def test_more_work_than_threads_is_refused_whatever_the_pool(sizing: Module) -> None:
    """45 requests under way on average in one process with 40 threads: no pool helps, and fewer threads' worth does."""
    many = {"rate": 90, "hold": 500, "processes": 1, "deploy": 1, "wait": 1000}
    assert "a process has 40 threads: the queue is unbounded" in ask(sizing, **many)["advice"]["impossible"]
    assert "it has 40 threads: whatever the pool" in findings(ask(sizing, **many, pool_size=90), "wrong")
    assert ask(sizing, **many, threads=0)["advice"]["impossible"] == ""
    for rate in (10, 50, 75):
        assert ask(sizing, **many | {"rate": rate})["advice"]["pool_size"] <= 40


# ---- the budget: a real max_connections ----


def fill(server: SmallServer, pools: int, size: int, overflow: int) -> list[int]:
    """Let so many processes' pools take all that they may, one after the other; give how many each got."""
    engines = [
        create_engine(server.shop, pool_size=size, max_overflow=overflow, pool_timeout=0.01) for _ in range(pools)
    ]
    taken, got = [], []
    try:
        for engine in engines:
            before = len(taken)
            for _ in range(size + overflow):
                try:
                    taken.append(engine.connect())
                except OperationalError as error:
                    assert "remaining connection slots are reserved" in str(error)  # noqa: PT017 - the first refusal
                    break
            got.append(len(taken) - before)
    finally:
        for connection in taken:
            connection.close()
        for engine in engines:
            engine.dispose()
    return got


SMALL = {"max_connections": 10, "reserved": 3, "rate": "", "hold": ""}


def test_a_deploy_needs_room_for_old_and_new(sizing: Module, small: SmallServer) -> None:
    """Two processes with 2/1 fit; old and new together do not, and PostgreSQL refuses; what is said to fit does."""
    told = ask(sizing, **SMALL, processes=2, pool_size=2, max_overflow=1)
    wrong = findings(told, "wrong")
    assert "2 × (2 + 1) = 6 of 7" in wrong
    assert "4 × (2 + 1) = 12" in wrong
    assert fill(small, 2, 2, 1) == [3, 3]
    assert fill(small, 4, 2, 1) == [3, 3, 1, 0]
    assert "at most 1." in wrong
    assert fill(small, 4, 1, 0) == [1, 1, 1, 1]
    assert ask(sizing, **SMALL, processes=2, pool_size=1, max_overflow=0)["check"]["level"] == "fine"


def test_who_comes_too_late_gets_what_is_left(sizing: Module, small: SmallServer) -> None:
    """Three processes with 3/0 on seven: two fill their pools, one is left for the third."""
    wrong = findings(ask(sizing, **SMALL, processes=3, pool_size=3, max_overflow=0), "wrong")
    assert "When 2 have filled their pools, one is left for all others." in wrong
    assert fill(small, 3, 3, 0) == [3, 3, 1]


def test_the_advice_leaves_room_for_the_deploy_and_the_other_engine(sizing: Module, small: SmallServer) -> None:
    """Two processes, each with an engine of one connection beside it: old and new of both kinds fit into max_connections."""
    advice = ask(
        sizing,
        **SMALL | {"max_connections": 13, "rate": 300, "hold": 20, "wait": 500},
        processes=2,
        other_engines=1,
        threads=0,
    )["advice"]
    assert advice["budget"]["together"] == 4
    assert advice["budget"]["deploy"] <= 10
    advice = ask(sizing, **SMALL | {"rate": 2, "hold": 20}, processes=1, other_engines=2, threads=0)["advice"]
    both = [advice["pool_size"] + advice["max_overflow"], 2]
    assert (
        fill(small, 2, both[0], both[1]) == [sum(both)] * 2
    )  # two processes; what a pool's overflow stands for is the other engine


def test_no_limit_is_no_limit(sizing: Module, small: SmallServer) -> None:
    """pool_size=0 and max_overflow=-1 take all seven of the database, and the check calls both wrong."""
    for size, overflow in ((0, 10), (1, -1)):
        wrong = findings(ask(sizing, **SMALL, processes=1, pool_size=size, max_overflow=overflow), "wrong")
        assert "means no limit" in wrong
        engine = create_engine(small.shop, pool_size=size, max_overflow=overflow)
        taken = [engine.connect() for _ in range(7)]
        with pytest.raises(OperationalError):
            engine.connect()
        for connection in taken:
            connection.close()
        engine.dispose()


# ---- the load: the simulator ----


def test_the_check_agrees_with_the_advice(sizing: Module) -> None:
    """Advised settings are never found wrong, and one connection less, without overflow, always is where the size is for the wait."""
    tight = 0
    for rate, hold, processes, threads, other in product((5, 60, 300), (5, 40, 400), (1, 3), (0, 40), (0, 2)):
        load = {"rate": rate, "hold": hold, "processes": processes, "threads": threads, "other_engines": other}
        advice = ask(sizing, **load)["advice"]
        settings = {name: advice[name] for name in ("pool_size", "max_overflow", "pool_timeout")}
        if advice["impossible"]:
            assert (
                ask(sizing, **load, **settings)["check"]["level"] == "wrong" or advice["wanted"] > advice["pool_size"]
            )
            continue
        assert findings(ask(sizing, **load, **settings), "wrong") == ""
        if advice["pool_size"] > 1:
            tight += 1
            less = ask(sizing, **load, **settings | {"pool_size": advice["pool_size"] - 1, "max_overflow": 0})
            assert findings(less, "wrong") != ""
    assert tight >= 20


@pytest.mark.parametrize(("size", "overflow"), [(3, 0), (5, 0), (6, 2)])
def test_who_does_not_wait_is_refused_as_often_as_it_says(
    sizing: Module, runs: Module, size: int, overflow: int
) -> None:
    """With pool_timeout=0 the simulated share of errors is Erlang's loss formula."""
    told = "\n".join(
        findings(ask(sizing, processes=1, pool_size=size, max_overflow=overflow, pool_timeout=0), level)
        for level in ("wrong", "fine")
    )
    share = float(re.findall(r"([\d.]+) % of all requests find no connection free", told)[0]) / 100
    settings = {"rate": 200, "hold": 0.02, "spread": 1, "pool_size": size, "max_overflow": overflow, "pool_timeout": 0}
    found = runs.call("result", settings | {"open": 0, "seed": 7}, 2000)
    assert found["timeouts"] / found["arrived"] == pytest.approx(share, rel=0.05)


def test_sqlalchemy_refuses_at_once_without_a_wait(tmp_path: Path) -> None:
    """pool_timeout=0 on a real pool: the second is refused; nobody waits."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=1, max_overflow=0, pool_timeout=0)
    with engine.connect(), pytest.raises(PoolTimeout):
        engine.connect()
    engine.dispose()


@pytest.mark.parametrize(("size", "servers", "offered"), [(1, 51, 4), (5, 15, 4), (2, 3, 2.5), (700, 900, 750)])
def test_the_share_that_needs_the_overflow(sizing: Module, size: int, servers: int, offered: float) -> None:
    """It is the sum of the queue's probabilities, added up here by logarithms."""
    weights = [math.exp(n * math.log(offered) - math.lgamma(n + 1) - offered) for n in range(servers)]
    busy = math.exp(servers * math.log(offered) - math.lgamma(servers + 1) - offered) / (1 - offered / servers)
    expected = 1 - sum(weights[:size]) / (sum(weights) + busy)
    assert sizing.call("findInUse", size, servers, offered) == pytest.approx(expected, rel=1e-6)
    assert sizing.call("findInUse", servers, servers, offered) == pytest.approx(
        sizing.call("erlangC", servers, offered), rel=1e-6, abs=1e-12
    )


def test_a_pool_that_lives_in_its_overflow_is_told_so(sizing: Module, runs: Module) -> None:
    """1/50 opens connections all day and is a risk; the pool_size that the check names opens less than a quarter as many."""
    typed = {"processes": 1, "deploy": 1, "max_connections": 200, "threads": 0}
    told = findings(ask(sizing, **typed, pool_size=1, max_overflow=50), "risk")
    named = int(re.findall(r"pool_size=(\d+) stays open", told)[0])
    assert "does not carry this load" not in findings(ask(sizing, **typed, pool_size=named, max_overflow=5), "risk")
    settings = {"rate": 200, "hold": 0.02, "spread": 1, "pool_timeout": None, "open": 0, "seed": 3}

    def opened(size: int, overflow: int) -> float:
        run = runs.call("balance", settings | {"pool_size": size, "max_overflow": overflow}, 500)
        return run["opened"] / run["arrived"]

    assert opened(1, 50) > 4 * opened(named, 5)


def test_who_waits_longer_is_counted(sizing: Module) -> None:
    """Five of a hundred wait longer than the p95, one longer than the p99; and a short pool_timeout is a risk."""
    of = sizing.call("queue", 5, 200, 0.02, 1)
    for name, share in (("p95", 0.05), ("p99", 0.01)):
        assert sizing.call("waitLonger", 5, 200, 0.02, 1, of[name]) == pytest.approx(share)
    told = findings(ask(sizing, processes=1, pool_size=5, max_overflow=0, pool_timeout=0.05), "risk")
    share = float(re.findall(r"([\d.]+) % of all requests would wait longer", told)[0]) / 100
    assert share == pytest.approx(sizing.call("waitLonger", 5, 200, 0.02, 1, 0.05), rel=0.01)


def test_a_hold_of_seconds_is_no_matter_of_size(sizing: Module) -> None:
    """90 s: at most 97 ÷ 90 requests per second, whatever the pool; released after 50 ms, one connection does."""
    advice = ask(sizing, rate=1, hold=90000, processes=1, threads=0)["advice"]
    assert "at your rate 90 are busy on average" in advice["released"]["what"]
    assert "at most 1.08 requests per second" in advice["released"]["what"]
    short = ask(sizing, rate=1, hold=50, processes=1, threads=0)["advice"]
    assert advice["released"]["line"] == short["line"]
    checked = ask(sizing, rate=1, hold=90000, processes=1, threads=0, pool_size=40, max_overflow=5)
    assert "Release before you stream" in findings(checked, "risk")
    assert ask(sizing, rate=1, hold=999, processes=1)["advice"]["released"] is None


def test_without_a_load_the_rest_is_checked(sizing: Module) -> None:
    """Rate and hold may both stay empty beside settings, not one of them, and not without settings."""
    told = ask(sizing, rate="", hold="", pool_size=20, max_overflow=10, processes=8)
    assert told["advice"] is None
    assert "8 × (20 + 10) = 240" in findings(told, "wrong")
    assert sizing.call("read", TYPED | {"rate": "", "pool_size": "5"})["faults"] == {
        "rate": "is missing: a number belongs here."
    }
    assert set(sizing.call("read", TYPED | {"rate": "", "hold": ""})["faults"]) == {"rate", "hold"}
