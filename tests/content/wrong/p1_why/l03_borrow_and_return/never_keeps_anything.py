# task 1: failed
# says: connection 2 was opened while connection 1 was idle
"""Limits, but opens a connection for each checkout."""

from threading import Semaphore

class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._free = Semaphore(size)
        self._kept: list[C] = []

    def checkout(self) -> C:
        if not self._free.acquire(timeout=self._timeout):
            raise TimeoutError("all in use")
        return self._open_connection()

    def checkin(self, connection: C) -> None:
        self._kept.append(connection)
        self._free.release()
