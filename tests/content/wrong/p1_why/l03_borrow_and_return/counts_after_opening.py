# task 1: failed
# says: Count the connections that are being opened too
"""Counts a connection when it is open, so two who open at once see the same number."""

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
        with self._lock:
            if self._idle:
                return self._idle.pop()
            full = self._open >= self._size
        if full:
            raise TimeoutError("no connection")
        connection = self._open_connection()
        with self._lock:
            self._open += 1
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            self._idle.append(connection)
