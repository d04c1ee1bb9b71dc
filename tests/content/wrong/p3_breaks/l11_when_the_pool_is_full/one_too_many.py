# task 2: failed
# says: Who finds no room is refused at once
"""Compares with > where >= is meant."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here > self._room:
        raise Full
    self._here += 1
    try:
        async with self._places:
            yield
    finally:
        self._here -= 1
