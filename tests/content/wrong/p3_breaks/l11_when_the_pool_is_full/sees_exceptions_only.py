# task 3: failed
# says: which is no Exception
"""A cancelled task is no Exception."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    await self._places.acquire()
    try:
        yield
    except Exception:
        self._places.release()
        self._here -= 1
        raise
    else:
        self._places.release()
        self._here -= 1
