# task 1: failed
# says: What was seen before the wait, or without the lock
"""Looks without the lock, then waits: a return in between wakes nobody."""


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._open = 0
        self._changed = Condition()

    def checkout(self) -> C:
        with self._changed:
            if not self._idle and self._open < self._size:
                self._open += 1
                return self._open_connection()
        while True:
            empty = not self._idle
            with self._changed:
                if empty and not self._changed.wait(self._timeout):
                    raise TimeoutError("all in use")
                if self._idle:
                    return self._idle.pop()

    def checkin(self, connection: C) -> None:
        with self._changed:
            self._idle.append(connection)
            self._changed.notify()
