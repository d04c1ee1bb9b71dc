# task 1: failed
# says: a pool without threads of its own
"""Starts a thread that sorts returned connections."""

from queue import Queue
from threading import Thread


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: Queue[C] = Queue()
        Thread(target=self._idle.join, daemon=True).start()

    def checkout(self) -> C:
        return self._idle.get(timeout=self._timeout)

    def checkin(self, connection: C) -> None:
        self._idle.put(connection)
