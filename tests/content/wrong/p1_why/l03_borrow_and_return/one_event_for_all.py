# task 3: failed
# says: Every return wakes somebody who waits
"""An Event that is cleared by whoever wakes first."""

from threading import Event, Lock
from time import monotonic


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
        until = monotonic() + self._timeout
        while True:
            with self._lock:
                if self._idle:
                    return self._idle.pop()
                if self._open < self._size:
                    self._open += 1
                    return self._open_connection()
            if not self._returned.wait(max(0.0, until - monotonic())):
                raise TimeoutError("all in use")
            self._returned.clear()

    def checkin(self, connection: C) -> None:
        with self._lock:
            self._idle.append(connection)
        self._returned.set()
