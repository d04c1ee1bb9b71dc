# task 2: failed
# says: Whoever leaves makes room: count down as well
"""Never counts down."""

# in Admission


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    async with self._places:
        yield
