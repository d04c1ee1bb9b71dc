# task 2: failed
# says: Each Admission counts its own
"""Keeps the count in the class."""

# in Admission

here = 0


def __init__(self, inside: int, waiting: int) -> None:
    self._places = asyncio.Semaphore(inside)
    self._room = inside + waiting


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if Admission.here >= self._room:
        raise Full
    Admission.here += 1
    try:
        async with self._places:
            yield
    finally:
        Admission.here -= 1
