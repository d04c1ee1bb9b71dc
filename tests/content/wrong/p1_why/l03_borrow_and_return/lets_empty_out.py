# task 2: failed
# says: The caller of a pool is promised a TimeoutError
"""The queue's own error reaches the caller."""

from queue import LifoQueue

class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._places: LifoQueue[C | None] = LifoQueue()
        for _ in range(size):
            self._places.put(None)

    def checkout(self) -> C:
        connection = self._places.get(timeout=self._timeout)
        return self._open_connection() if connection is None else connection

    def checkin(self, connection: C) -> None:
        self._places.put(connection)
