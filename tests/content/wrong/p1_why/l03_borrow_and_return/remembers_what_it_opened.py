# task 4: failed
# says: checkin(connection 1) is accepted, a second time
"""Knows its own connections, in use or not."""

class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._own: list[C] = []
        self._opening = 0
        self._changed = Condition()

    def checkout(self) -> C:
        with self._changed:
            if not self._changed.wait_for(lambda: self._idle or len(self._own) + self._opening < self._size, self._timeout):
                raise TimeoutError("all in use")
            if self._idle:
                return self._idle.pop()
            self._opening += 1
        try:
            connection = self._open_connection()
            self._own.append(connection)
            return connection
        finally:
            with self._changed:
                self._opening -= 1
                self._changed.notify()

    def checkin(self, connection: C) -> None:
        with self._changed:
            if connection not in self._own:
                raise ValueError("a stranger's")
            self._idle.append(connection)
            self._changed.notify()
