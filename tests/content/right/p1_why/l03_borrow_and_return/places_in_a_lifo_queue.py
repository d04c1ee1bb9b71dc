"""A last-in-first-out queue of places, each empty or with a connection; what is in use in a set of ids."""

import queue
import threading


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._places: "queue.LifoQueue[C | None]" = queue.LifoQueue(maxsize=size)
        for _ in range(size):
            self._places.put_nowait(None)
        self._in_use: set[int] = set()
        self._lock = threading.Lock()

    def checkout(self) -> C:
        try:
            connection = self._places.get(timeout=self._timeout)
        except queue.Empty as error:
            raise TimeoutError("all in use") from error
        if connection is None:
            try:
                connection = self._open_connection()
            except Exception:
                self._places.put_nowait(None)
                raise
        self._in_use.add(id(connection))
        return connection

    def checkin(self, connection: C) -> None:
        with self._lock:
            try:
                self._in_use.remove(id(connection))
            except KeyError:
                raise ValueError("not in use") from None
        self._places.put_nowait(connection)
