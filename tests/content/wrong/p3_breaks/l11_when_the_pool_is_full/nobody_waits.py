# task 2: failed
# says: Who finds no room is refused at once
"""Refuses whoever finds all places taken."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._places.locked():
        raise Full
    async with self._places:
        yield
