"""The answer key of the generated questions of `async_engine`, executed: every version, on real pools."""

import asyncio
from functools import cache
from threading import Event

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

MOMENT = 0.001  # seconds: a time-out that stands for a long one


def waits_of(requests, size, overflow):
    """Send requests that hold a sync connection across an await; tell how many pings came while each that failed waited."""
    engine = create_engine("sqlite:///store.db", pool_size=size, max_overflow=overflow, pool_timeout=MOMENT)

    async def main():
        pings, waits, all_asked = 0, [], asyncio.Event()

        async def request(number):
            before = pings
            try:
                with engine.connect():
                    await all_asked.wait()
            except PoolTimeout:
                waits.append(pings - before)
            if number == requests:
                all_asked.set()

        async def ping():
            nonlocal pings
            while True:
                await asyncio.sleep(0)
                pings += 1

        other = asyncio.create_task(ping())
        await asyncio.gather(*(request(number) for number in range(1, requests + 1)))
        other.cancel()
        return waits

    try:
        return asyncio.run(main())
    finally:
        engine.dispose()


def test_seconds_frozen(versions):
    """As many as the answer says wait out their time-out, each alone: no ping comes meanwhile."""
    for given, question in versions:
        waits = waits_of(given["size"] + given["overflow"] + given["more"], given["size"], given["overflow"])
        assert len(waits) * given["timeout"] == question.value
        assert not any(waits)
        assert question.value not in {wrong.value for wrong in question.wrong}


@cache
def lost(size, overflow, more):
    """Cancel so many searches, all queries under way; count the connections that are closed."""

    async def main():
        engine = create_async_engine("sqlite+aiosqlite:///store.db", pool_size=size, max_overflow=overflow)
        under_way, closed, gate = [], [], Event()

        @event.listens_for(engine.sync_engine, "connect")
        def learn_to_wait(connection, _):
            connection.create_function("wait_at_the_gate", 0, gate.wait)

        event.listen(engine.sync_engine, "before_cursor_execute", lambda *_: under_way.append(1))
        event.listen(engine.sync_engine, "close", lambda *_: closed.append(1))

        async def search():
            async with engine.connect() as connection:
                await connection.execute(text("SELECT wait_at_the_gate()"))

        searches = [asyncio.create_task(search()) for _ in range(size + overflow + more)]
        while len(under_way) < size + overflow:
            await asyncio.sleep(0.001)
        for one in searches:
            one.cancel()
        gate.set()  # SQLite's driver closes a connection when its query has ended
        await asyncio.gather(*searches, return_exceptions=True)
        count = len(closed)
        await engine.dispose()
        return count

    return asyncio.run(main())


def test_connections_lost(versions):
    """Those whose query is under way are closed, and nothing is lost by those who wait."""
    for given, question in versions:
        assert lost(given["size"], given["overflow"], given["more"]) == question.value
