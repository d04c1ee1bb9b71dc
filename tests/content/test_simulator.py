"""The simulator agrees with queueing theory, is the same for the same seed, and does what its settings say."""

import math
from pathlib import Path
from typing import Any

import pytest

from poolschool.measure.javascript import Module, call

RUNS = Path(__file__).with_name("simulator_runs.mjs")
LOADS = (0.5, 0.7, 0.8, 0.9, 0.95)
SERVERS = (1, 2, 5, 10, 20, 50)
RARE = 0.1  # share of the customers that wait


def erlang_c(servers: int, offered: float) -> float:
    """Give the chance of waiting in an M/M/c queue; `offered` is load times servers (Erlang 1917)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def customers(load: float, servers: int) -> int:
    """Give how many customers make 2 % two and a half standard errors of the mean wait; four million where few wait.

    The variance of a mean wait over n customers of M/M/1 is (2 + 5ρ − 4ρ² + ρ³) / (ρ (1 − ρ)²) squared mean waits / n
    (Whitt 1989). Of it 2 / (1 − ρ)² comes from the rates drawn being a little higher or lower, which are known here.
    """
    if erlang_c(servers, load * servers) < RARE:
        return 4_000_000
    drawn = 2 / (1 - load) ** 2
    variance = (2 + 5 * load - 4 * load**2 + load**3) / (load * (1 - load) ** 2) - drawn
    return max(500_000, math.ceil(variance / (0.02 / 2.5) ** 2))


@pytest.mark.parametrize("servers", SERVERS)
@pytest.mark.parametrize("load", LOADS)
def test_waits_are_those_of_erlang_c(load: float, servers: int) -> None:
    """Mean and p95 of the wait are within 2 % of Erlang C, for loads from 0.5 to 0.95 and 1 to 50 connections.

    Erlang's formula is asked for the rate and the work that were drawn, and these are what the settings say. Where fewer
    than one in ten waits, millions of customers are too few for 2 % of almost nothing: there the difference is held to
    0.05 % (mean) and 0.5 % (p95) of the time for which a connection is held.
    """
    number = customers(load, servers)
    run = call(RUNS, "mmc", servers, load, number, 1)
    assert run["rate"] == pytest.approx(load * servers, rel=4 / math.sqrt(number))
    assert run["held"] == pytest.approx(1, rel=4 / math.sqrt(number))
    chance = erlang_c(servers, run["rate"] * run["held"])
    drain = (servers - run["rate"] * run["held"]) / run["held"]  # customers per second that leave beyond those who come
    mean = chance / drain
    p95 = max(0.0, math.log(chance / 0.05) / drain)
    rare = erlang_c(servers, load * servers) < RARE
    assert run["mean"] == pytest.approx(mean, rel=0.02, abs=0.0005 if rare else 0)
    assert run["p95"] == pytest.approx(p95, rel=0.02, abs=0.005 if rare else 0)
    assert run["waited"] == pytest.approx(chance, rel=0.02, abs=0.002)


@pytest.fixture(scope="module")
def runs() -> Any:
    """Keep the runs loaded."""
    with Module(RUNS) as module:
        yield module


def test_the_same_seed_gives_the_same(runs: Module) -> None:
    """A run is repeated exactly by its seed, and only by it."""
    settings = {"pool_size": 3, "max_overflow": 2, "pool_timeout": 0.05, "rate": 300, "spread": 2, "leak": 0.001}
    first, again, other = (runs.call("result", settings | {"seed": seed}, 20) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_the_same_arrivals_whatever_the_pool(runs: Module) -> None:
    """Two settings under one seed meet the same requests with the same work: what differs is the pool's doing."""
    small, large = (
        runs.call("arrivals", {"pool_size": size, "max_overflow": 0, "pool_timeout": None, "seed": 5}, 5)
        for size in (1, 20)
    )
    assert len(small) > 400
    assert small == large


def test_little_law_holds(runs: Module) -> None:
    """Connections in use at the mean = requests per second × seconds held, for any spread (Little 1961)."""
    for spread in (0, 1, 3):
        done = runs.call(
            "result",
            {"pool_size": 20, "max_overflow": 0, "rate": 400, "hold": 0.02, "spread": spread, "open": 0},
            2000,
        )
        assert done["busy"] / done["seconds"] == pytest.approx(400 * 0.02, rel=0.03)


def test_everyone_ends_somehow(runs: Module) -> None:
    """Requests that came are served, timed out, refused, broken, or still there: none is lost, whatever goes wrong."""
    for settings in (
        {"rate": 500, "pool_timeout": 0.1},
        {"rate": 500, "pool_timeout": 0.1, "wake": 0.001, "threads": 40},
        {"rate": 200, "leak": 0.01, "pool_timeout": 1},
        {"rate": 300, "restart": 10, "downtime": 2},
        {"rate": 300, "restart": 10, "downtime": 2, "pool_pre_ping": True, "processes": 3},
        {"rate": 300, "processes": 4, "max_connections": 30, "pool_recycle": 2},
        {"pattern": "burst", "burst": 100, "pool_timeout": 0.2},
        {"pattern": "closed", "shoppers": 60, "think": 0.05, "threads": 40, "pool_timeout": 0.3},
        {"pooled": False, "rate": 300, "max_connections": 10},
        {"pool_size": 0, "rate": 300, "slow": 0.05},
    ):
        told = runs.call("balance", settings, 30)
        assert told["arrived"] == told["ended"] + told["inside"], settings
        assert told["opened"] - told["closed"] == told["open"] + told["dead"], settings
        assert told["arrived"] > 500


def test_who_runs_may_be_faster_than_who_was_woken(runs: Module) -> None:
    """SQLAlchemy's queue is not fair: with time to wake, newcomers get in before who waits; a fair queue stops that."""
    busy = {
        "pattern": "closed",
        "shoppers": 8,
        "think": 0,
        "pool_size": 2,
        "max_overflow": 0,
        "hold": 0.01,
        "spread": 0,
    }
    unfair, fair = (runs.call("result", busy | {"wake": 0.0005, "fair": queue}, 70) for queue in (False, True))
    assert unfair["timeouts"] >= 6  # two run all the time, and six starve until pool_timeout
    assert fair["timeouts"] == 0
    assert fair["wait"]["most"] < 0.05
    assert unfair["served"] == pytest.approx(fair["served"], rel=0.1)


def test_pre_ping_spares_the_error_and_restart_breaks_who_holds(runs: Module) -> None:
    """After a restart, without pool_pre_ping one request more fails; with it nobody but those who were at work."""
    calm = {"rate": 20, "hold": 0.001, "restart": 10, "pool_size": 5}
    plain, ping = (runs.call("result", calm | {"pool_pre_ping": on}, 20) for on in (False, True))
    assert plain["broken"] == 1
    assert ping["broken"] == 0


def test_a_wrong_setting_is_named(runs: Module) -> None:
    """What is not a setting is refused by name."""
    with pytest.raises(RuntimeError, match="There is no setting pool_sise"):
        runs.call("result", {"pool_sise": 3}, 1)
