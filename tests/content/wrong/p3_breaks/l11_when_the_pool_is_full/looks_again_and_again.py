# task 2: failed
# says: A place goes to the one that has waited longest
"""Looks every moment whether there is room; a newcomer may be faster."""

# in Admission


def __init__(self, inside: int, waiting: int) -> None:
    self._most, self._room = inside, inside + waiting
    self._inside = self._here = 0


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._here >= self._room:
        raise Full
    self._here += 1
    try:
        while self._inside >= self._most:
            await asyncio.sleep(0.01)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
    finally:
        self._here -= 1
