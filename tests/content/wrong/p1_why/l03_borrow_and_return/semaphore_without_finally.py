# task 5: failed
# says: give up the place that was taken for it
"""The semaphore is not released when opening fails."""

from collections import deque
from threading import Lock, Semaphore

class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: deque[C] = deque()
        self._in_use: list[C] = []
        self._lock = Lock()
        self._free = Semaphore(size)

    def checkout(self) -> C:
        if not self._free.acquire(timeout=self._timeout):
            raise TimeoutError("all in use")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open_connection()
        with self._lock:
            self._in_use.append(connection)
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            if not any(known is connection for known in self._in_use):
                raise ValueError("not in use")
            self._in_use.remove(connection)
            self._idle.append(connection)
        self._free.release()
