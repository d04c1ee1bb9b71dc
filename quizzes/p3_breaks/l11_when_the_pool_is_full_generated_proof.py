"""The answer key of the generated questions of `when_the_pool_is_full`, executed."""

import asyncio

from fastapi import HTTPException
from sqlalchemy import create_engine, exc
from table_lock import Admission


async def refused(inside, waiting, crowd, left):
    """Send a crowd to a door that nobody leaves, let some who wait go away; give how many were refused."""
    door, locked = Admission(inside, waiting), asyncio.Event()

    async def request():
        try:
            async for _ in door():
                await locked.wait()
        except HTTPException:
            return 1
        return 0

    requests = [asyncio.create_task(request()) for _ in range(crowd)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for gone in requests[inside : inside + left]:
        gone.cancel()
    await asyncio.sleep(0)
    locked.set()
    answers = await asyncio.gather(*requests, return_exceptions=True)
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == left
    return sum(answer for answer in answers if isinstance(answer, int))


def test_refused_at_the_door(versions):
    """A door refuses so many: every version."""
    for given, question in versions:
        assert asyncio.run(refused(**given)) == question.value


def test_timed_out_at_once(versions):
    """So many of a crowd get no connection from a real pool while nothing is returned: every version."""
    for given, question in versions:
        engine = create_engine(
            "sqlite:///store.db", pool_size=given["size"], max_overflow=given["overflow"], pool_timeout=0
        )
        taken, failed = [], 0
        for _ in range(given["crowd"]):
            try:
                taken.append(engine.connect())
            except exc.TimeoutError:
                failed += 1
        for connection in taken:
            connection.close()
        engine.dispose()
        assert failed == question.value
