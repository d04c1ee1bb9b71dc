# task 1: failed
# says: at the same time
"""No lock: the last idle one is read, then removed from the list."""


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0

    def checkout(self) -> C:
        for connection in self._idle:
            self._idle = [other for other in self._idle if other is not connection]
            return connection
        self._open += 1
        if self._open > self._size:
            raise TimeoutError("no connection")
        return self._open_connection()

    def checkin(self, connection: C) -> None:
        self._idle.append(connection)
