"""Turn the store from one connection per request into a pool; what counts is connections, not time."""

import gc
from collections.abc import Iterator
from pathlib import Path

import l01_why_pooling as store
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import QueuePool, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.checks import Wrong, call, count_connections, expect


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give a fresh store database with two lamps and a chair, ten pieces of each."""
    address = f"sqlite:///{tmp_path / 'store.db'}"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT PRIMARY KEY, stock INTEGER)"))
        connection.execute(text("INSERT INTO products VALUES ('desk lamp', 10), ('floor lamp', 10), ('chair', 10)"))
    engine.dispose()
    return address


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Keep the garbage collector away: a forgotten connection must not come back by luck."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.task(
    1,
    "A pool that keeps five connections, and never opens a sixth",
    hint="Two keywords of create_engine: one says how many are kept, one how many may come on top.",
)
def test_pool_of_five(url: str) -> None:
    """make_engine returns an engine that keeps 5 connections and has at most 5 open."""
    engine = call(store.make_engine, url)
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        raise Wrong(
            called="make_engine(url).pool",
            got=type(pool).__name__,
            expected="QueuePool, which create_engine chooses by itself for a database file",
            hint="Leave `poolclass` away and say how many to keep.",
            belief="connecting_is_free",
        )
    if pool.size() == 0:
        raise Wrong(
            called="make_engine(url).pool.size()",
            got="0, which means: no limit at all",
            expected="5",
            hint="Zero turns the limit off, not the pool.",
            belief="zero_means_off",
        )
    expect(pool.size(), 5, called="make_engine(url).pool.size()", hint="`pool_size` is the number of connections kept.")
    pool._timeout = 0  # a checker does not wait 30 s for a sixth connection that must not come
    borrowed = [engine.connect() for _ in range(5)]
    try:
        borrowed.append(engine.connect())
    except PoolTimeout:
        return
    finally:
        for connection in borrowed:
            connection.close()
    raise Wrong(
        called="six times make_engine(url).connect() without giving back",
        got="6 connections",
        expected="5 connections, and the sixth caller waits",
        hint="`max_overflow` lets the pool open 10 more unless you say otherwise.",
        belief="overflow_forgotten",
    )


@pytest.mark.task(2, "One engine for the whole store", hint="Where can the engine be made so that it is made once?")
def test_one_engine(url: str) -> None:
    """Ten searches one after another use one and the same connection."""
    with count_connections() as seen:
        with TestClient(call(store.create_app, url)) as shop:
            answers = [shop.get("/products", params={"q": "lamp"}) for _ in range(10)]
        still_out = seen.checked_out
    asked = "10 × GET /products?q=lamp"
    for answer in answers:
        expect(
            answer.status_code, 200, called="GET /products?q=lamp", hint="A search that finds something answers 200."
        )
        expect(
            answer.json(),
            ["desk lamp", "floor lamp"],
            called="GET /products?q=lamp",
            hint="The query was right as issued.",
        )
    if seen.opened > 1:
        raise Wrong(
            called=asked,
            got=f"{seen.opened} connections opened",
            expected="1 connection, lent 10 times",
            hint="An engine owns a pool. A new engine is a new and empty pool.",
            belief="engine_per_request",
        )
    if still_out or seen.checkouts < 10:
        raise Wrong(
            called=asked,
            got=f"{seen.checkouts} loans for 10 searches, {still_out} not given back",
            expected="every search borrows and gives back",
            hint="One connection kept by everybody is not a pool: two shoppers would talk over each other.",
            belief="one_connection_for_all",
        )


@pytest.mark.task(
    3,
    "Every borrower gives back, also the one who is refused",
    hint="What happens to `connection.close()` when the line before it raises?",
)
def test_refused_order_gives_back(url: str, no_collector: None) -> None:
    """An order gives its connection back, whether it is sold or refused."""
    with count_connections() as seen, TestClient(call(store.create_app, url)) as shop:
        sold = shop.post("/orders/chair")
        expect(
            (sold.status_code, sold.json()),
            (201, {"left": 9}),
            called="POST /orders/chair",
            hint="An order that works answers 201 and what is left.",
        )
        for number in range(1, 4):
            refused = shop.post("/orders/unicorn")
            expect(
                refused.status_code,
                404,
                called=f"POST /orders/unicorn, for the {number}. time",
                hint="Refuse with HTTPException(404, …), as issued.",
            )
            if seen.checked_out:
                raise Wrong(
                    called="POST /orders/unicorn (there is none: 404)",
                    got=f"{seen.checked_out} connection still out after the answer",
                    expected="0: the connection goes back on every way out",
                    hint="A `with` block gives back on return, on raise, always.",
                    belief="close_at_the_end",
                )
        sold = shop.post("/orders/chair")
        expect(
            sold.json(),
            {"left": 8},
            called="POST /orders/chair, a second time",
            hint="A sale must be committed before the connection goes back: the pool rolls back what is not.",
            belief="close_commits",
        )
