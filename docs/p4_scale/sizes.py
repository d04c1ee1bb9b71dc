"""Pool sizes and the source lesson's four options under load, on a real PostgreSQL: the tables of the lesson on sizing.

    table(SIZES)    40 shoppers without a break, three kinds of query  ─> requests per second, and the share of the most
    table(OPTIONS)  the same shoppers, four settings                   ─> the same, and connections opened per 1,000

`python docs/p4_scale/sizes.py` measures both again, in four minutes on a machine that does nothing else.
"""

import time
from collections.abc import Iterator
from itertools import product

import psutil
from sqlalchemy import create_engine

from poolschool.database.running import running_url
from poolschool.measure.labs.load import Served, rounds, serve

QUERIES = {
    "short": "SELECT relname FROM pg_class WHERE oid = 1259",
    "waits": "SELECT pg_sleep(0.01)",
    "computes": "SELECT count(*) FROM generate_series(1, 40000) AS n WHERE n % 7 = 3",
}
SIZES = {str(size): (size, 0) for size in (1, 2, 5, 10, 20, 50)}
OPTIONS = {"20/10": (20, 10), "1/50": (1, 50), "5/0": (5, 0), "0/0": (0, 0)}
SHOPPERS, SECONDS, ROUNDS = 40, 1.0, 5


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


def report() -> Iterator[str]:
    """Give all lines of both tables."""
    for settings in (SIZES, OPTIONS):
        yield from table(settings)


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)  # noqa: T201 - tables for whoever measures
