# task 3: failed
# says: a future of your own must, too
"""Hands the place to a waiter who has gone meanwhile."""

# in Admission


def __init__(self, inside: int, waiting: int) -> None:
    self._free, self._waiting = inside, waiting
    self._line: list[asyncio.Future[None]] = []


@asynccontextmanager
async def enter(self) -> AsyncIterator[None]:
    if self._free > 0:
        self._free -= 1
    elif len(self._line) >= self._waiting:
        raise Full
    else:
        place = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            await place
        finally:
            if place in self._line:
                self._line.remove(place)
    try:
        yield
    finally:
        if self._line:
            self._line.pop(0).set_result(None)
        else:
            self._free += 1
