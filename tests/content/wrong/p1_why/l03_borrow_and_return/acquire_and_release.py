# task 1: failed
# says: `acquire` and `release` are asyncpg's words
"""Uses another library's words."""


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._idle: list[C] = []

    def acquire(self) -> C:
        return self._idle.pop() if self._idle else self._open_connection()

    def release(self, connection: C) -> None:
        self._idle.append(connection)
