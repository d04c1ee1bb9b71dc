"""Prometheus reads the numbers: its own parser takes the text, and the names are those of the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.own import prometheus, watch
from poolschool.store.metrics import PoolMetrics

POOL, STATE = "db_client_connection_pool_name", "db_client_connection_state"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Make an engine of two connections."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=2, max_overflow=0, pool_timeout=0.05)
    yield engine
    engine.dispose()


def read(text: str) -> dict[tuple[str, str, str], float]:
    """Read samples by name, pool and state or bucket."""
    return {
        (sample.name, sample.labels[POOL], sample.labels.get(STATE, sample.labels.get("le", ""))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_numbers_are_those_of_the_pool(engine: Engine) -> None:
    """Used, idle, limits, time-outs and both histograms, for two pools in one text, whatever their names hold."""
    odd = 'a "pool"\\ of\nours'
    watched, other = watch(engine, name="store"), watch(create_engine("sqlite://"), name=odd)
    with engine.connect(), engine.connect():
        with pytest.raises(PoolTimeout):
            engine.connect()
        numbers = read(prometheus(watched, other))
    assert numbers["db_client_connection_count", "store", "used"] == 2
    assert numbers["db_client_connection_count", "store", "idle"] == 0
    assert (
        numbers["db_client_connection_max", "store", ""] == numbers["db_client_connection_idle_max", "store", ""] == 2
    )
    assert numbers["db_client_connection_timeouts_total", "store", ""] == 1
    assert numbers["db_client_connection_wait_time_seconds_count", "store", ""] == 2
    assert numbers["db_client_connection_wait_time_seconds_bucket", "store", "+Inf"] == 2
    assert numbers["db_client_connection_use_time_seconds_count", "store", ""] == 0
    assert numbers["db_client_connection_count", odd, "used"] == 0
    assert ("db_client_connection_max", odd, "") not in numbers


def test_the_names_are_the_stores(engine: Engine) -> None:
    """A dashboard for the store of this course fits; only what the store has beyond a pool's numbers is not here."""
    families = {one.name: one.type for one in text_string_to_metric_families(prometheus(watch(engine)))}
    store = {
        one.name: one.type
        for one in text_string_to_metric_families(PoolMetrics("store").text().decode())
        if one.name.startswith("db_client_connection_") and not one.name.endswith("_created")
    }
    assert families == {name: kind for name, kind in store.items() if "create_time" not in name} | {
        "db_client_connection_idle_max": "gauge"
    }


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        ({"pool_size": 3, "max_overflow": 4}, {"max": 7, "idle_max": 3}),
        ({"pool_size": 3, "max_overflow": -1}, {"idle_max": 3}),
        ({"pool_size": 0}, {}),
    ],
)
def test_what_has_no_limit_has_no_number(settings: dict[str, int], limits: dict[str, int], tmp_path: Path) -> None:
    """pool_size=0 and max_overflow=-1 mean no limit: then there is no line, and no 0 that would be an alarm."""
    numbers = read(prometheus(watch(create_engine(f"sqlite:///{tmp_path / 'store.db'}", **settings), name="store")))
    found = {name: numbers.get((f"db_client_connection_{name}", "store", "")) for name in ("max", "idle_max")}
    assert {name: number for name, number in found.items() if number is not None} == limits


def test_two_pools_of_one_name_are_refused(engine: Engine, tmp_path: Path) -> None:
    """Their lines would be one; the message says how to give them names."""
    other = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with pytest.raises(ValueError, match=r"watch\(engine, name=…\)"):
        prometheus(watch(engine), watch(other))
