"""Pool sizes and the source lesson's four options under load, on a real PostgreSQL: the tables of the lesson on sizing.

    table(SIZES)    40 shoppers without a break, three kinds of query    ─> share of the most requests per second
    table(OPTIONS)  the same shoppers, four settings                     ─> the same, and connections opened anew
    knee(load)      requests that come at random, to five connections    ─> what they wait for one

`python docs/p4_scale/sizes.py` measures all three again, in ten minutes on a machine that does nothing else.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from statistics import mean, median

import psutil
from sqlalchemy import Engine, create_engine, text

from poolschool.database.running import running_url
from poolschool.measure.labs.load import Served, rounds, serve

QUERIES = {
    "short": "SELECT relname FROM pg_class WHERE oid = 1259",
    "waits 10 ms": "SELECT pg_sleep(0.01)",
    "computes": "SELECT count(*) FROM generate_series(1, 40000) AS n WHERE n % 7 = 3",
}
SIZES = (1, 2, 5, 10, 20, 40)
OPTIONS = {"20/10": (20, 10), "1/50": (1, 50), "5/0": (5, 0), "0/0": (0, 0)}
SHOPPERS, SECONDS, ROUNDS = 40, 0.5, 5
LOADS = (0.5, 0.7, 0.8, 0.9, 0.95)  # of five connections
HOLD = 0.05  # seconds on average
REQUESTS = 1200  # of each run of the knee


def store(query: str, size: int, overflow: int) -> Served:
    """Serve shoppers who ask again as soon as they have their answer."""
    engine = create_engine(running_url(), pool_size=size, max_overflow=overflow, pool_timeout=60)
    return serve(engine, query, shoppers=SHOPPERS, seconds=SECONDS)


def quiet() -> bool:
    """Say whether the machine has nothing else to do just now."""
    return psutil.cpu_percent(interval=0.1) < 15


def undisturbed(query: str, size: int, overflow: int) -> Served:
    """Measure until it was quiet before and after; TimeoutError if that takes more than five minutes."""
    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        if quiet():
            served = store(query, size, overflow)
            time.sleep(0.1)  # what was closed ends
            if quiet():
                return served
    raise TimeoutError("This machine is never quiet: stop what else it does.")


def table(settings: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Measure each setting with each query; give lines of the share of the most, p95 and connections opened per 1,000."""
    served = rounds(ROUNDS, {
        (kind, name): lambda query=query, setting=setting: undisturbed(query, *setting)  # type: ignore[misc]
        for (kind, query), (name, setting) in product(QUERIES.items(), settings.items())
    })  # fmt: skip
    for kind in QUERIES:
        most = max(served[kind, name].rate for name in settings)
        for name in settings:
            one = served[kind, name]
            yield (f"{kind:12} {name:>6} {100 * one.rate / most:4.0f} % of {most:5.0f}/s, query p95 {one.query_p95:4.0f} ms, "
                   f"answer p95 {one.total_p95:4.0f} ms, {one.opened:4.0f} of 1,000 opened")  # fmt: skip


def wait_for_one(engine: Engine, at: float, held: float) -> float:
    """Come at a moment, take a connection and hold it; give the seconds waited for it."""
    time.sleep(max(0.0, at - time.perf_counter()))
    with engine.connect() as connection:
        waited = time.perf_counter() - at
        connection.execute(text("SELECT pg_sleep(:held)"), {"held": held})
    return waited


def knee(load: float, seed: int, size: int = 5) -> tuple[float, float]:
    """Let requests come at random to `size` connections; give the mean and p95 of their waits, in mean hold times."""
    chance = random.Random(seed)  # noqa: S311 - traffic, and the same at each run
    engine = create_engine(running_url(), pool_size=size, max_overflow=0, pool_timeout=600)
    with ThreadPoolExecutor(size) as first:
        list(first.map(lambda _: wait_for_one(engine, 0, 0.1), range(size)))  # opens them
    at, come = time.perf_counter() + 0.5, []
    for _ in range(REQUESTS):
        at += chance.expovariate(load * size / HOLD)
        come.append((at, chance.expovariate(1 / HOLD)))
    with ThreadPoolExecutor(200) as street:
        waits = sorted(street.map(lambda one: wait_for_one(engine, *one), come))
    engine.dispose()
    return mean(waits) / HOLD, waits[int(0.95 * len(waits))] / HOLD


def report() -> Iterator[str]:
    """Give all lines, each as soon as it is measured; of the knee the medians of five runs."""
    yield from table({str(size): (size, 0) for size in SIZES})
    yield from table(OPTIONS)
    for load in LOADS:
        means, p95s = zip(*(knee(load, seed) for seed in range(5)), strict=True)
        yield f"{load:.0%} in use: wait {median(means):.2f} holds, p95 {median(p95s):.1f}"


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)  # noqa: T201 - tables for whoever measures
