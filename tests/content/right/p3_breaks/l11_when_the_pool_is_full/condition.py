"""Counts in a condition, with numbers in a line."""

# in Admission


def __init__(self, inside: int, waiting: int) -> None:
    self._most, self._room = inside, inside + waiting
    self._here: list[object] = []
    self._moved = asyncio.Condition()


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if len(self._here) >= self._room:
        raise Full
    self._here.append(me := object())
    try:
        async with self._moved:
            await self._moved.wait_for(lambda: self._here.index(me) < self._most)
        yield
    finally:
        self._here.remove(me)
        async with self._moved:
            self._moved.notify_all()
