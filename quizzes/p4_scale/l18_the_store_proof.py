"""The answer key of "The store: an hour that went wrong", shown on real pools, on the measured hour, and on an event loop."""

import asyncio
import json
from functools import partial
from threading import Event, Thread

import httpx
import pytest
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from incident import HERE
from sqlalchemy import create_engine, exc, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

MINUTES = json.loads((HERE / "incident.json").read_text(encoding="utf-8"))["minutes"]
FIND = text("SELECT 'lamp' WHERE :name = 'lamp'")


def make(size=15, **settings):
    """Make an engine whose waits are short."""
    return create_engine("sqlite:///store.db", pool_size=size, max_overflow=0, pool_timeout=0.05, **settings)


def is_full(engine):
    """Say whether the next request is told that all are in use."""
    try:
        engine.connect().close()
    except PoolTimeout:
        return True
    return False


def page(engine, name):
    """Be a page that returns its connection only if the product is there."""
    connection = engine.connect()
    found = connection.execute(FIND, {"name": name}).one()
    connection.close()
    return found


def test_two_full_pools():
    """Both are full, with the same status; when the trigger ends, the one that was held is free, and the one that leaked is not."""
    held, leaked, kept = make(), make(), []
    paying = [held.connect() for _ in range(15)]
    for _ in range(15):
        with pytest.raises(exc.NoResultFound) as caught:
            page(leaked, "unicorn")
        kept.append(caught.value)
    assert held.pool.status() == leaked.pool.status()
    assert is_full(held)
    assert is_full(leaked)
    for connection in paying:
        connection.close()
    assert not is_full(held)
    assert is_full(leaked)
    held.dispose()
    leaked.dispose()


def test_kept_errors(capsys):
    """Two of four pages keep their connection, as long as the error is kept."""
    engine, kept = make(5), []
    for name in ("lamp", "unicorn", "lamp", "unicorn"):
        try:
            page(engine, name)
        except exc.NoResultFound as error:
            kept.append(error)
        print(engine.pool.checkedout(), "in use")  # noqa: T201
    assert capsys.readouterr().out == "0 in use\n1 in use\n1 in use\n2 in use\n"
    assert len(kept) == 2
    engine.dispose()


def test_nearly_empty_and_slow():
    """At 14:48 and 14:49 one connection is in use and all are slow; an endpoint that blocks the loop keeps the others waiting."""
    for minute in MINUTES[48:50]:
        assert (minute["quick"], minute["pending"], minute["timeouts"], minute["failed"]) == (0, 0, 0, 0)
        assert minute["used"] <= 2
    assert asyncio.run(answered_meanwhile(blocks=True)) is False
    assert asyncio.run(answered_meanwhile(blocks=False)) is True


async def answered_meanwhile(*, blocks):
    """Say whether another page is answered while one waits for what the database does not give."""
    store, free, order = FastAPI(), Event(), []

    def ask():
        free.wait(5)
        order.append("review")

    @store.get("/reviews")
    async def reviews():
        if blocks:
            ask()
        else:
            await asyncio.to_thread(ask)

    @store.get("/open")
    async def tell():
        order.append("open")
        free.set()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(store), base_url="http://store") as client:
        timer = Thread(target=lambda: free.wait(0.5 if blocks else 20) or free.set())
        timer.start()
        await asyncio.gather(client.get("/reviews"), client.get("/open"))
        timer.join()
    return order[0] == "open"


def test_last_dead_link():
    """Fifteen are answered, the sixteenth finds the pool full."""
    engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=10, pool_timeout=0.05)
    kept = []
    while True:
        try:
            page(engine, "unicorn")
        except exc.NoResultFound as error:
            kept.append(error)
        except PoolTimeout:
            break
    assert len(kept) == 15
    engine.dispose()


def all_at_once(engine):
    """Read all, then send."""
    with engine.connect() as connection:
        rows = connection.execute(NUMBERS, {"last": 0, "size": 1000}).all()
    yield from rows


def in_batches(engine):
    """Read each batch with a connection of its own."""
    last = 0
    while True:
        with engine.connect() as connection:
            rows = connection.execute(NUMBERS, {"last": last, "size": 10}).all()
        if not rows:
            return
        yield rows
        last = rows[-1].n


def from_one_result(engine, size):
    """Read pieces from a result that stays open."""
    with engine.connect() as connection:
        yield from connection.execute(NUMBERS, {"last": 0, "size": 1000}).partitions(size)


NUMBERS = text(
    "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 300) SELECT n FROM n WHERE n > :last LIMIT :size"
)


@pytest.mark.parametrize(
    ("stream", "held"),
    [
        (all_at_once, 0),
        (in_batches, 0),
        (partial(from_one_result, size=100), 2),
        (partial(from_one_result, size=10), 2),
    ],
)
def test_slow_partners(stream, held):
    """With two readers in the middle of it, this many connections are in use; a longer wait returns none of them."""
    engine = make(2)
    readers = [stream(engine) for _ in range(2)]
    for reader in readers:
        next(reader)
    assert engine.pool.checkedout() == held
    assert is_full(engine) == bool(held)
    for reader in readers:
        reader.close()
    engine.dispose()


def test_when_is_it_fixed():
    """The faulty store's quiet minutes are quick; a new pool is empty, whatever the page does; dead links show it."""
    for minute in MINUTES[22:27]:
        assert minute["quick"] == 20
        assert not any(minute[kind] for kind in ("slow", "busy", "failed", "gave_up"))
    engine, kept = make(2), []
    for _ in range(2):
        with pytest.raises(exc.NoResultFound) as caught:
            page(engine, "unicorn")
        kept.append(caught.value)
    assert is_full(engine)
    engine.dispose()  # a restart, for this pool
    assert not is_full(engine)
    with pytest.raises(exc.NoResultFound) as caught:
        page(engine, "unicorn")
    assert engine.pool.checkedout() == 1
    engine.dispose()


def test_one_fix_of_two():
    """In the hour's rush the pool is full and requests wait for it: after a fix of the loop alone they still do, as a circle needs none."""
    rush = MINUTES[52:57]
    assert any(minute["used"] == 15 and minute["pending"] for minute in rush)
    assert asyncio.run(circle()) == ("open", 0)


async def circle():
    """Let three requests with connections wait for threads that three others have, who wait for connections; ask another page meanwhile."""
    engine, threads, answered = (
        create_engine("sqlite:///store.db", pool_size=3, max_overflow=0, pool_timeout=60),
        CapacityLimiter(3),
        [],
    )
    held = [engine.connect() for _ in range(3)]

    async def search():
        connection = await to_thread.run_sync(engine.connect, limiter=threads)
        connection.close()

    async def end(connection):
        await to_thread.run_sync(answered.append, connection, limiter=threads)
        connection.close()

    async def tell():
        return "open"

    waiting = [asyncio.create_task(search()) for _ in range(3)]
    while threads.borrowed_tokens < 3:
        await asyncio.sleep(0)
    ending = [asyncio.create_task(end(connection)) for connection in held]
    while threads.statistics().tasks_waiting < 3:
        await asyncio.sleep(0)
    seen = await tell(), len(answered)  # the loop is free
    assert engine.pool.checkedout() == 3
    threads.total_tokens = 4  # one thread more, and all goes on
    await asyncio.gather(*waiting, *ending)
    assert (len(answered), engine.pool.checkedout()) == (3, 0)
    engine.dispose()
    return seen


def test_paying_threads():
    """With 39 orders that wait for the service a search is answered, with 40 it waits for a thread, and no connection is in use."""
    assert asyncio.run(search_beside(39)) == (True, 0)
    assert asyncio.run(search_beside(40)) == (False, 0)


async def search_beside(orders):
    """Say whether a search is answered while so many pay, and how many connections are in use then."""
    store, free, paying = FastAPI(), Event(), []
    engine = create_engine("sqlite:///store.db", pool_size=15, max_overflow=0, pool_timeout=60)
    threads = to_thread.current_default_thread_limiter()
    assert threads.total_tokens == 40

    def ask():
        with engine.connect() as connection:
            connection.execute(FIND, {"name": "lamp"})

    @store.post("/orders")
    def order():
        ask()
        paying.append("pay")
        free.wait(20)

    @store.get("/products")
    def search():
        ask()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(store), base_url="http://store") as client:
        placed = [asyncio.create_task(client.post("/orders")) for _ in range(orders)]
        while len(paying) < orders:
            await asyncio.sleep(0.01)
        found = asyncio.create_task(client.get("/products"))
        while not found.done() and not threads.statistics().tasks_waiting:
            await asyncio.sleep(0.01)
        seen = found.done(), engine.pool.checkedout()
        free.set()
        await asyncio.gather(found, *placed)
    engine.dispose()
    return seen
