# task 2: failed
# says: a Condition's wait() lets go of it
"""Waits for an Event with the lock in its hands."""

from threading import Event, Lock


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0
        self._lock = Lock()
        self._returned = Event()

    def checkout(self) -> C:
        with self._lock:
            if not self._idle and self._open < self._size:
                self._open += 1
                return self._open_connection()
            if not self._idle:
                self._returned.clear()
                if not self._returned.wait(self._timeout):
                    raise TimeoutError("all in use")
            return self._idle.pop()

    def checkin(self, connection: C) -> None:
        with self._lock:
            self._idle.append(connection)
            self._returned.set()
