# task 1: failed
# says: Look for an idle connection first
"""Places in a FIFO queue: an empty place comes before an idle connection."""

from queue import Empty, Queue


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._places: Queue[C | None] = Queue()
        for _ in range(size):
            self._places.put(None)

    def checkout(self) -> C:
        try:
            connection = self._places.get(timeout=self._timeout)
        except Empty:
            raise TimeoutError("all in use") from None
        return self._open_connection() if connection is None else connection

    def checkin(self, connection: C) -> None:
        self._places.put(connection)
