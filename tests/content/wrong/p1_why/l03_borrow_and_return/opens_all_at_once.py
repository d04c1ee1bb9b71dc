# task 1: failed
# says: Open a connection when somebody asks
"""Opens all connections when the pool is made."""

from queue import Empty, Queue


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: Queue[C] = Queue()
        for _ in range(size):
            self._idle.put(open_connection())

    def checkout(self) -> C:
        try:
            return self._idle.get(timeout=self._timeout)
        except Empty:
            raise TimeoutError("all in use") from None

    def checkin(self, connection: C) -> None:
        self._idle.put(connection)
