# task 3: failed
# says: Whoever leaves by an error leaves room for one more
"""Counts down at the end and when cancelled, not after an error."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    try:
        async with self._places:
            yield
    except asyncio.CancelledError:
        self._here -= 1
        raise
    self._here -= 1
