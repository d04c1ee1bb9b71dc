# task 1: failed
# says: Another thread was faster between the look and the pop
"""A semaphore, and no lock: believes that one line is one step."""

from threading import Semaphore


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._in_use: dict[int, C] = {}
        self._free = Semaphore(size)

    def checkout(self) -> C:
        if not self._free.acquire(timeout=self._timeout):
            raise TimeoutError("all in use")
        try:
            connection = self._idle.pop() if self._idle else self._open_connection()
        except BaseException:
            self._free.release()
            raise
        self._in_use[id(connection)] = connection
        return connection

    def checkin(self, connection: C) -> None:
        if self._in_use.pop(id(connection), None) is None:
            raise ValueError("not in use")
        self._idle.append(connection)
        self._free.release()
