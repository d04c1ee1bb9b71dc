"""SimpleQueue of places; a None wakes a waiter who then opens."""

from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: SimpleQueue[C] = SimpleQueue()
        self._limit = BoundedSemaphore(size)
        self._lock = Lock()
        self._in_use: list[C] = []

    def checkout(self) -> C:
        if not self._limit.acquire(True, self._timeout):
            raise TimeoutError("all in use")
        try:
            connection = self._idle.get_nowait()
        except Empty:
            try:
                connection = self._open_connection()
            except Exception as error:
                self._limit.release()
                raise error
        with self._lock:
            self._in_use.append(connection)
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            found = [place for place, known in enumerate(self._in_use) if known is connection]
            if not found:
                raise ValueError("not in use")
            del self._in_use[found[0]]
        self._idle.put(connection)
        self._limit.release()
