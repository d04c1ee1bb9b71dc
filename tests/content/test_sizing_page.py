"""What the lesson on sizing says beside its code: each sentence is shown on a real pool, or on its arithmetic."""

from collections.abc import Callable, Iterator
from math import log, sqrt
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.schedules.traffic import Request, draw_traffic, fewest_connections, foresee_waits, p95, serve_traffic

HOLD, RATE, TARGET = 0.020, 200, 0.020  # the page's own: seconds, per second, seconds
Draw = Callable[[Random], float]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Make a pool of one that does not wait."""
    made = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=1, max_overflow=0, pool_timeout=0)
    yield made
    made.dispose()


def erlang_p95(connections: int, busy: float, hold: float) -> float:
    """Give the wait that 95 % do not exceed, by Erlang's formula."""
    blocked = 1.0
    for count in range(1, connections + 1):
        blocked = busy * blocked / (count + busy * blocked)
    chance = blocked / (1 - busy / connections * (1 - blocked))
    return max(0.0, log(chance / 0.05)) * hold / (connections - busy)


def traffic(held: Draw, number: int = 150_000) -> list[Request]:
    """Draw requests that come independently, with holds of any kind."""
    chance, at = Random(5), 0.0  # noqa: S311 - traffic, the same at each run
    requests = []
    for _ in range(number):
        at += chance.expovariate(RATE)
        requests.append((at, held(chance)))
    return requests


def few_long_ones(chance: Random) -> float:
    """Draw holds with a standard deviation of three means, 20 ms on average."""
    short = 0.5 * (1 + sqrt(0.8))
    share = short if chance.random() < short else 1 - short
    return chance.expovariate(2 * share / HOLD)


def test_a_listener_that_fails_takes_a_connection_along(engine: Engine) -> None:
    """An exception in `checkin`: the pool never gets that connection back."""
    connection = engine.connect()
    event.listen(engine, "checkin", lambda _raw, record: record.info.pop("taken"))
    with pytest.raises(KeyError):
        connection.close()
    assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    with pytest.raises(PoolTimeout):
        engine.connect()


def test_the_law_needs_a_pool_that_keeps_up(engine: Engine) -> None:
    """Six a second of 1 s on one connection: it is busy all the time, and the law asks for six."""
    requests = [(number / 6, 1.0) for number in range(60)]
    assert sum(held for _, held in requests) / 10 == 6
    assert serve_traffic(engine, requests).waits[-1] > 49  # one after the other: one is busy, not six


def test_the_formula_is_about_holds_that_vary() -> None:
    """Equal holds wait about half as long as the formula says; a few long ones several times as long."""
    equal, varied, uneven = (
        p95(foresee_waits(traffic(held), 6))
        for held in (lambda _: HOLD, lambda chance: chance.expovariate(1 / HOLD), few_long_ones)
    )
    said = erlang_p95(6, RATE * HOLD, HOLD)
    assert varied == pytest.approx(said, rel=0.1)
    assert equal == pytest.approx(said / 2, rel=0.2)
    assert uneven > 3 * said


def test_the_knee_comes_sooner_in_a_small_pool() -> None:
    """At 80 % of one or two the p95 is several times that of five; of twenty it is a fraction."""
    one, two, five, twenty = (erlang_p95(size, 0.8 * size, 1) for size in (1, 2, 5, 20))
    assert one > two > 2 * five
    assert twenty < five / 4


def test_busy_below_one_says_nothing_about_rushes() -> None:
    """A job that asks forty times at once: half a connection busy on average, and twelve are needed."""
    job = [(5.0 * burst, HOLD) for burst in (1, 2) for _ in range(40)]
    requests = draw_traffic(3, 20, HOLD, 200) + job
    assert sum(held for _, held in requests) / max(at for at, _ in requests) < 1
    assert fewest_connections(requests, 2 * TARGET) > 10
