# task 1: failed
# says: 3 are open, and `size` is 2
"""Bounds what is kept, as if `size` were the length of the idle list."""

from queue import Empty, LifoQueue

class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: LifoQueue[C] = LifoQueue(size)

    def checkout(self) -> C:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._open_connection()

    def checkin(self, connection: C) -> None:
        self._idle.put_nowait(connection)
