# task 3: failed
# says: unless they stand in a `finally`
"""Without a finally: an error inside keeps its place for ever."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    await self._places.acquire()
    yield
    self._places.release()
    self._here -= 1
