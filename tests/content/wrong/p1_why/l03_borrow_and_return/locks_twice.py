# task 1: failed
# says: who holds the lock, or takes it twice
"""A method that holds the lock calls another that takes it."""

from threading import Condition, Lock


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0
        self._changed = Condition(Lock())

    def _take_idle(self) -> C | None:
        with self._changed:
            return self._idle.pop() if self._idle else None

    def checkout(self) -> C:
        with self._changed:
            connection = self._take_idle()
            if connection is not None:
                return connection
            self._open += 1
            return self._open_connection()

    def checkin(self, connection: C) -> None:
        with self._changed:
            self._idle.append(connection)
            self._changed.notify()
