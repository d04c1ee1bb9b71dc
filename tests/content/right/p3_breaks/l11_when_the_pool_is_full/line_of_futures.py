"""A line of futures; whoever is gone passes the place on."""

# in Admission


def __init__(self, inside: int, waiting: int) -> None:
    self._free, self._waiting = inside, waiting
    self._line: list[asyncio.Future[None]] = []


def _leave(self) -> None:
    while self._line:
        place = self._line.pop(0)
        if not place.done():
            place.set_result(None)
            return
    self._free += 1


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
        except asyncio.CancelledError:
            if place in self._line:
                self._line.remove(place)
            elif place.done() and not place.cancelled():
                self._leave()
            raise
    try:
        yield
    finally:
        self._leave()
