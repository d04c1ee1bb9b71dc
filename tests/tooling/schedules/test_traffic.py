"""Traffic through a real pool: the waits are those of arithmetic and of Erlang, and what is opened is counted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from poolschool.schedules.traffic import draw_traffic, fewest_connections, foresee_waits, p95, serve_traffic


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Callable[[int, int], Engine]]:
    """Make real pools of a size and an overflow."""
    engines: list[Engine] = []

    def make(size: int, overflow: int) -> Engine:
        url = f"sqlite:///{tmp_path / 'store.db'}"
        engines.append(create_engine(url, pool_size=size, max_overflow=overflow))
        return engines[-1]

    yield make
    assert all(engine.pool.checkedout() == 0 for engine in engines)  # type: ignore[attr-defined]
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_a_real_pool_waits_as_arithmetic_says(pool: Callable[[int, int], Engine], size: int) -> None:
    """A pool of any size lets five hundred requests wait as foreseen; what overflow adds counts as a connection."""
    requests = draw_traffic(3, rate=200, hold=0.02, number=500)
    assert serve_traffic(pool(size, 0), requests).waits == pytest.approx(foresee_waits(requests, size))
    assert serve_traffic(pool(size, 3), requests).waits == pytest.approx(foresee_waits(requests, size + 3))


def test_the_order_of_the_requests_does_not_matter(pool: Callable[[int, int], Engine]) -> None:
    """Requests are served in the order of asking, however they are given; a return comes before an ask of the same moment."""
    requests = [(1.0, 0.5), (0.0, 1.0), (0.5, 0.25)]
    served = serve_traffic(pool(1, 0), requests)
    assert served.waits == foresee_waits(requests, 1) == [0.0, 0.5, 0.25]
    assert served.opened == 1


def test_a_small_base_opens_anew(pool: Callable[[int, int], Engine]) -> None:
    """Five rushes of three on 1/50 open three and then two each time; on 3/0 three in all."""
    rushes = [(float(rush), 0.5) for rush in range(5) for _ in range(3)]
    assert serve_traffic(pool(1, 50), rushes).opened == 3 + 4 * 2
    assert serve_traffic(pool(3, 0), rushes).opened == 3
    assert serve_traffic(pool(0, 0), rushes).opened == 3  # no limit, and all are kept


def test_long_traffic_waits_as_erlang_says() -> None:
    """Five connections that are busy for 80 % of the time: the p95 is 2.4 holds, over two hundred thousand requests."""
    waits = foresee_waits(draw_traffic(1, rate=4, hold=1, number=200_000), 5)
    assert p95(waits) == pytest.approx(2.405, rel=0.05)


def test_the_fewest_are_enough_and_one_less_is_not() -> None:
    """Six connections keep the p95 within 20 ms where four are busy, and five do not; one of twenty may wait longer."""
    requests = draw_traffic(1, rate=200, hold=0.02, number=2000)
    assert fewest_connections(requests, 0.02) == 6
    assert p95(foresee_waits(requests, 6)) <= 0.02 < p95(foresee_waits(requests, 5))
    assert fewest_connections([*((float(at), 0.25) for at in range(19)), (0.125, 0.25)], 0) == 1
