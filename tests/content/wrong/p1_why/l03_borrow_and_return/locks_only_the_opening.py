# task 1: failed
# says: Another thread was faster between the look and the pop
"""Counts under a lock, and takes from the list without one."""

from threading import Lock


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0
        self._lock = Lock()

    def checkout(self) -> C:
        if self._idle:
            return self._idle.pop()
        with self._lock:
            if self._open >= self._size:
                raise TimeoutError("no connection")
            self._open += 1
        return self._open_connection()

    def checkin(self, connection: C) -> None:
        self._idle.append(connection)
