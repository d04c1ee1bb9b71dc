"""A semaphore for the limit, a deque for what is idle, a lock for what is in use."""

from collections import deque
from threading import Lock, Semaphore


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: deque[C] = deque()
        self._in_use: dict[int, C] = {}
        self._lock = Lock()
        self._free = Semaphore(size)

    def checkout(self) -> C:
        if not self._free.acquire(timeout=self._timeout):
            raise TimeoutError
        try:
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._open_connection()
        except BaseException:
            self._free.release()
            raise
        with self._lock:
            self._in_use[id(connection)] = connection
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            if self._in_use.pop(id(connection), None) is None:
                raise ValueError("not in use")
        self._idle.append(connection)
        self._free.release()
