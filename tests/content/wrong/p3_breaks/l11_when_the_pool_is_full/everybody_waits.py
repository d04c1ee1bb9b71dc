# task 2: failed
# says: Who finds no room is refused at once
"""Refuses nobody: a semaphore alone."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    async with self._places:
        yield
