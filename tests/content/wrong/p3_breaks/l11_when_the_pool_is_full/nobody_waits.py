# task 2: failed
# says: they are not refused, and get in when somebody leaves
"""Refuses whoever finds all places taken."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._places.locked():
        raise Full
    async with self._places:
        yield
