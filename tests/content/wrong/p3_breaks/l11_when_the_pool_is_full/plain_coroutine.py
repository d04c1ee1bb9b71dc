# task 2: failed
# says: keeps its @asynccontextmanager
"""Leaves the decorator out."""

# in Admission


async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    await self._places.acquire()
