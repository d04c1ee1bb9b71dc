# task 3: failed
# says: leaves room for one more
"""Counts down only for those who were inside."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    async with self._places:
        try:
            yield
        finally:
            self._here -= 1
