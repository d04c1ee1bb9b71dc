"""A fair pool: each waiter has an Event, and a return hands the connection to the one who waits longest."""

from collections import deque
from dataclasses import dataclass, field
from threading import Event, RLock
from typing import Any


@dataclass(eq=False)
class Waiter:
    served: Event = field(default_factory=Event)
    connection: Any = None  # None: a free place


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._lock = RLock()
        self._idle: deque[C] = deque()
        self._in_use: list[C] = []
        self._free = size
        self._waiting: deque[Waiter] = deque()

    def checkout(self) -> C:
        with self._lock:
            if self._idle:
                connection: C | None = self._idle.popleft()
            elif self._free:
                self._free -= 1
                connection = None
            else:
                waiter = Waiter()
                self._waiting.append(waiter)
                connection = waiter
        if isinstance(connection, Waiter):
            if not connection.served.wait(self._timeout):
                with self._lock:
                    if not connection.served.is_set():
                        self._waiting.remove(connection)
                        raise TimeoutError("all in use")
            connection = connection.connection
        if connection is None:
            try:
                connection = self._open_connection()
            except BaseException:
                self._pass_on(None)
                raise
        with self._lock:
            self._in_use.append(connection)
        return connection

    def _pass_on(self, connection: C | None) -> None:
        with self._lock:
            if self._waiting:
                waiter = self._waiting.popleft()
                waiter.connection = connection
                waiter.served.set()
            elif connection is None:
                self._free += 1
            else:
                self._idle.append(connection)

    def checkin(self, connection: C) -> None:
        with self._lock:
            if connection not in self._in_use:
                raise ValueError("not in use")
            self._in_use.remove(connection)
            self._pass_on(connection)
