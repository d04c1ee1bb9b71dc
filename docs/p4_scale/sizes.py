"""Pool sizes and the source lesson's four options under load, on a real PostgreSQL: the tables of the lesson on sizing.

    table(SIZES)    40 shoppers without a break, three kinds of query    ─> requests per second, and the share of the most
    table(OPTIONS)  the same shoppers, four settings                     ─> the same, and connections opened per 1,000
    knee(load)      requests that come independently, five connections   ─> what they wait, measured and by replay

`python docs/p4_scale/sizes.py` measures all three again, in eight minutes on a machine that does nothing else.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import psutil
from sqlalchemy import Engine, create_engine, text

from poolschool.database.running import running_url
from poolschool.measure.labs.load import Served, rounds, serve
from poolschool.schedules.traffic import Request, draw_traffic, foresee_waits, p95

QUERIES = {
    "short": "SELECT relname FROM pg_class WHERE oid = 1259",
    "waits": "SELECT pg_sleep(0.01)",
    "computes": "SELECT count(*) FROM generate_series(1, 40000) AS n WHERE n % 7 = 3",
}
SIZES = {str(size): (size, 0) for size in (1, 2, 5, 10, 20, 50)}
OPTIONS = {"20/10": (20, 10), "1/50": (1, 50), "5/0": (5, 0), "0/0": (0, 0)}
SHOPPERS, SECONDS, ROUNDS = 40, 1.0, 5
LOADS = (0.5, 0.8, 0.95)  # of five connections
HOLD, REQUESTS, SEEDS = 0.1, 600, 3  # seconds on average; requests in each run


def store(query: str, size: int, overflow: int) -> Served:
    """Serve shoppers who ask again as soon as they have their answer."""
    engine = create_engine(running_url(), pool_size=size, max_overflow=overflow, pool_timeout=60)
    return serve(engine, query, shoppers=SHOPPERS, seconds=SECONDS)


def quiet() -> bool:
    """Say whether the machine has nothing else to do just now."""
    return psutil.cpu_percent(interval=0.1) < 15


def undisturbed(query: str, size: int, overflow: int) -> Served:
    """Measure until it was quiet before and after; end the program if that takes more than five minutes.

    Where others compute, more connections get a larger part of the cores: they would look faster than they are.
    """
    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        if quiet():
            served = store(query, size, overflow)
            time.sleep(0.1)  # what was closed ends
            if quiet():
                return served
    raise SystemExit("This machine is never quiet. Stop what else it does, and measure again.")


def table(settings: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Measure each setting with each query, in turns; give lines of the medians."""
    served = rounds(ROUNDS, {
        (kind, name): lambda query=query, setting=setting: undisturbed(query, *setting)  # type: ignore[misc]
        for (kind, query), (name, setting) in product(QUERIES.items(), settings.items())
    })  # fmt: skip
    for kind in QUERIES:
        most = max(served[kind, name].rate for name in settings)
        for name in settings:
            one = served[kind, name]
            yield (
                f"{kind:9} {name:>6} {one.rate:5.0f}/s, {100 * one.rate / most:3.0f} %, query p95 {one.query_p95:4.0f} ms, "
                f"opened {one.opened:4.0f}"
            )


def wait_for_one(engine: Engine, at: float, held: float) -> float:
    """Come at a moment, take a connection and hold it; give the seconds waited for it."""
    time.sleep(max(0.0, at - time.perf_counter()))
    with engine.connect() as connection:
        waited = time.perf_counter() - at
        connection.execute(text("SELECT pg_sleep(:held)"), {"held": held})
    return waited


def waits_on(size: int, requests: list[Request]) -> list[float]:
    """Take requests through a real pool of so many connections; give their waits in seconds."""
    engine = create_engine(running_url(), pool_size=size, max_overflow=0, pool_timeout=600)
    with ThreadPoolExecutor(size) as first:
        list(first.map(lambda _: wait_for_one(engine, 0, HOLD), range(size)))  # opens them
    begin = time.perf_counter() + 0.5
    with ThreadPoolExecutor(200) as street:
        waits = list(street.map(lambda one: wait_for_one(engine, begin + one[0], one[1]), requests))
    engine.dispose()
    return waits


def knee(load: float, size: int = 5) -> Iterator[str]:
    """Let requests come independently to `size` connections; tell the p95 of their waits, measured and by replay, in holds."""
    for seed in range(SEEDS):
        requests = draw_traffic(seed, rate=load * size / HOLD, hold=HOLD, number=REQUESTS)
        measured, foreseen = p95(waits_on(size, requests)), p95(foresee_waits(requests, size))
        yield f"{load:.0%} in use: p95 {measured / HOLD:.1f} holds, by replay {foreseen / HOLD:.1f}"


def report() -> Iterator[str]:
    """Give all lines, each as soon as it is measured."""
    for load in LOADS:
        yield from knee(load)
    for settings in (SIZES, OPTIONS):
        yield from table(settings)


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)  # noqa: T201 - tables for whoever measures
