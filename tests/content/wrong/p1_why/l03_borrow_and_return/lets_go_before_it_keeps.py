# task 1: failed
# says: free the place only after that
"""A semaphore is released before the connection is idle again: the next one opens another."""

from threading import Semaphore


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._free = Semaphore(size)

    def checkout(self) -> C:
        if not self._free.acquire(timeout=self._timeout):
            raise TimeoutError("all in use")
        try:
            return self._idle.pop()
        except IndexError:
            return self._open_connection()

    def checkin(self, connection: C) -> None:
        self._free.release()
        self._idle.append(connection)
