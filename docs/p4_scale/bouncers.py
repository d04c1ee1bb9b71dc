"""Ask through a real PgBouncer: how long a query takes by way and pool, and what each driver makes of changing connections.

`python docs/p4_scale/bouncers.py` measures the numbers of the lesson on poolers again; the first `pgbouncer` of the PATH is used.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

QUERIES, ROUNDS = 50, 7
SHOPPERS, REQUESTS = 10, 200
PRODUCTS = ("lamp", "chair", "table", "shelf")
NO_CACHE: dict[str, Any] = {"statement_cache_size": 0, "prepared_statement_name_func": lambda: f"stmt_{uuid4()}"}
# Name, driver, what is added to the address, what the driver is told.
CLIENTS: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
    ("psycopg", "psycopg", {}, {}),
    ("psycopg, prepare_threshold=None", "psycopg", {}, {"prepare_threshold": None}),
    ("asyncpg", "asyncpg", {}, {}),
    ("asyncpg, prepared_statement_cache_size=0", "asyncpg", {"prepared_statement_cache_size": "0"}, {}),
    ("asyncpg, both caches 0, own names", "asyncpg", {"prepared_statement_cache_size": "0"}, NO_CACHE),
)


def query_times(ways: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Tell how long `connect(), SELECT 1, close()` takes by each way, in microseconds: the median of rounds taken in turns."""
    engines = {name: create_engine(url, **settings) for name, (url, settings) in ways.items()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for name, engine in chain.from_iterable(repeat(list(engines.items()), ROUNDS)):
        begun = time.perf_counter()
        for _ in range(QUERIES):
            with engine.connect() as connection:
                connection.scalar(text("SELECT 1"))
        taken[name].append((time.perf_counter() - begun) / QUERIES * 1e6)
    for engine in engines.values():
        engine.dispose()
    return {name: median(times[1:]) for name, times in taken.items()}


def answers(url: str, driver: str, query: dict[str, str], connect_args: dict[str, Any]) -> Counter[str]:
    """Let ten shoppers at once ask 200 times for the name of a product; count what they got."""
    address = make_url(url).set(drivername=f"postgresql+{driver}").update_query_dict(query)
    if driver == "asyncpg":
        return asyncio.run(_async_answers(create_async_engine(address, pool_size=SHOPPERS, connect_args=connect_args)))
    engine = create_engine(address, pool_size=SHOPPERS, connect_args=connect_args)
    for connection in [engine.connect() for _ in range(SHOPPERS)]:
        connection.close()

    def request(number: int) -> str:
        product = PRODUCTS[number % len(PRODUCTS)]
        try:
            with engine.connect() as connection:
                got = [_ask(connection, product) for _ in range(3)]
            return "right" if set(got) == {product} else "wrong"
        except SQLAlchemyError:
            return "failed"

    with ThreadPoolExecutor(SHOPPERS) as shoppers:
        seen = Counter(shoppers.map(request, range(REQUESTS)))
    engine.dispose()
    return seen


def _ask(connection: Connection, product: str) -> Any:
    got = connection.scalar(_query(product))
    connection.commit()  # a rollback would let psycopg forget what it has prepared
    return got


async def _async_answers(engine: AsyncEngine) -> Counter[str]:
    seen: Counter[str] = Counter()
    numbers = iter(range(REQUESTS))

    async def shopper() -> None:
        for number in numbers:
            product = PRODUCTS[number % len(PRODUCTS)]
            try:
                async with engine.connect() as connection:
                    got = set()
                    for _ in range(3):
                        got.add(await connection.scalar(_query(product)))
                        await connection.commit()
                seen["right" if got == {product} else "wrong"] += 1
            except SQLAlchemyError:
                seen["failed"] += 1

    await asyncio.gather(*(shopper() for _ in range(SHOPPERS)))
    await engine.dispose()
    return seen


def names_left(url: str, size: int, **settings: Any) -> int:
    """Let ten shoppers run 1,600 statements with asyncpg's caches off and own names; count the names left in `size` sessions."""
    address = (
        make_url(url).set(drivername="postgresql+asyncpg").update_query_dict({"prepared_statement_cache_size": "0"})
    )

    async def shop() -> None:
        engine = create_async_engine(address, connect_args=NO_CACHE, **settings)

        async def shopper() -> None:
            for _ in range(80):
                async with engine.connect() as connection:
                    await connection.execute(text("SELECT 1"))
                    await connection.execute(_query("lamp"))
                    await connection.commit()

        await asyncio.gather(*(shopper() for _ in range(SHOPPERS)))
        await engine.dispose()

    asyncio.run(shop())
    engine = create_engine(url, connect_args={"prepare_threshold": None})
    connections = [engine.connect() for _ in range(size)]
    left = sum(connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) for connection in connections)
    for connection in connections:
        connection.close()
    engine.dispose()
    return int(left)


def _query(product: str) -> Any:
    # One text for each product, as an application has many queries.
    return text(f"SELECT '{product}' FROM pg_sleep(0.001)")  # noqa: S608


def main() -> None:
    """Print both tables of the lesson."""
    from poolschool.database.running import running_url
    from poolschool.measure.bench.pgbouncer import bouncer, version

    pooler = "PgBouncer " + ".".join(map(str, version()))
    url = running_url()
    show: Callable[..., None] = print
    kept, none = {"connect_args": {"prepare_threshold": None}}, {"poolclass": NullPool}
    with bouncer(url, size=5) as asks, bouncer(url, size=5, auth_type="trust") as trusts:
        ways = {"direct": url, "PgBouncer": asks, "PgBouncer, no password": trusts}
        pools = {"QueuePool": kept, "NullPool": kept | none}
        times = query_times({f"{way}, {pool}": (ways[way], pools[pool]) for way in ways for pool in pools})
    for name, microseconds in times.items():
        show(f"{pooler:18} {name:34} {microseconds:7.0f} µs")
    for settings in ({}, {"max_prepared_statements": 0}, {"max_prepared_statements": 200}):
        try:
            with bouncer(url, size=3, **settings) as through:
                for name, *how in CLIENTS:
                    show(f"{pooler:18} {settings or 'defaults'} {name:42} {dict(answers(through, *how))}")
            for name, pool in (("QueuePool", {"pool_size": SHOPPERS}), ("NullPool", none)):
                with bouncer(url, size=3, **settings) as through:
                    left = names_left(through, 3, **pool)
                show(f"{pooler:18} {settings or 'defaults'} names left of 1,600 by asyncpg, {name}: {left}")
        except Exception as refused:
            show(f"{pooler:18} {settings}: {refused}")


if __name__ == "__main__":
    from poolschool.course.faults import UserMistake

    try:
        main()
    except UserMistake as mistake:
        sys.exit(str(mistake))
