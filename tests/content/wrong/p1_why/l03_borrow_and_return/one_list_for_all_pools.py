# task 4: failed
# says: and is another pool's
"""Notes what is in use for all pools together."""


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0
        self._changed = Condition()

    _in_use: list[C] = []

    def checkout(self) -> C:
        with self._changed:
            if not self._changed.wait_for(lambda: self._idle or self._open < self._size, self._timeout):
                raise TimeoutError("all in use")
            if self._idle:
                connection = self._idle.pop()
            else:
                self._open += 1
                connection = self._open_connection()
            self._in_use.append(connection)
            return connection

    def checkin(self, connection: C) -> None:
        with self._changed:
            if connection not in self._in_use:
                raise ValueError("not in use")
            self._in_use.remove(connection)
            self._idle.append(connection)
            self._changed.notify()
