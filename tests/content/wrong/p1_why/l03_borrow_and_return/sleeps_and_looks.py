# task 2: failed
# says: let checkin() wake it
"""Sleeps a little, looks, sleeps again."""

import time
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
        until = time.monotonic() + self._timeout
        while True:
            with self._lock:
                if self._idle:
                    return self._idle.pop()
                if self._open < self._size:
                    self._open += 1
                    return self._open_connection()
            if (left := until - time.monotonic()) <= 0:
                raise TimeoutError("all in use")
            time.sleep(min(0.7, left))

    def checkin(self, connection: C) -> None:
        with self._lock:
            self._idle.append(connection)
