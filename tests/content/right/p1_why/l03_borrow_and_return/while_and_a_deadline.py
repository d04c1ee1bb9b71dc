"""A while loop with its own deadline, notify_all, a finally for the place."""

import threading
import time


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._idle: list[C] = []
        self._in_use: set[C] = set()
        self._places = size

    def checkout(self) -> C:
        deadline = time.monotonic() + self._timeout
        with self._lock:
            while not self._idle and not self._places:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no connection within {self._timeout} s")
                self._changed.wait(left)
            if self._idle:
                connection = self._idle.pop(0)
                self._in_use.add(connection)
                return connection
            self._places -= 1
        opened = False
        try:
            connection = self._open_connection()
            opened = True
        finally:
            if not opened:
                with self._lock:
                    self._places += 1
                    self._changed.notify_all()
        with self._lock:
            self._in_use.add(connection)
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            if connection not in self._in_use:
                raise ValueError(connection)
            self._in_use.discard(connection)
            self._idle.append(connection)
            self._changed.notify_all()
