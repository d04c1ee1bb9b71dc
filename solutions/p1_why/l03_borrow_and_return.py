"""The store's own pool, safe for many threads."""

from collections.abc import Callable
from threading import Condition
from typing import Generic, TypeVar

C = TypeVar("C")  # a connection: the pool hands out what `open_connection` returns and never looks inside


class Pool(Generic[C]):
    """Keeps connections open and hands each to one borrower at a time; at most `size` are open.

    `timeout` is how many seconds a checkout waits at most. Any number of threads may use the pool at once.
    """

    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._idle: list[C] = []
        self._in_use: list[C] = []  # compared with `is`: a connection need not be hashable
        self._opening = 0
        # One lock for all of the above, and a place to wait for a change of it.
        self._changed = Condition()

    def checkout(self) -> C:
        """Return a connection that nobody else has: an idle one, or a new one if none is idle.

        If `size` are open and all are in use, wait; raise TimeoutError after `timeout` seconds.
        """
        with self._changed:
            # wait_for looks before it waits, looks again whenever it is woken, and keeps to one deadline for all of that.
            # Between the wake-up and the look somebody else may have taken the connection.
            if not self._changed.wait_for(self._can_serve, self._timeout):
                raise TimeoutError(f"all {self._size} connections were in use for {self._timeout:g} s")
            if self._idle:
                connection = self._idle.pop()
                self._in_use.append(connection)
                return connection
            # Take the place while the lock is held: two who open at the same time are two.
            self._opening += 1
        # Opening takes milliseconds, or the database is down: nobody else is to wait for this, so the lock is free.
        try:
            connection = self._open_connection()
        except BaseException:
            with self._changed:
                self._opening -= 1
                # The place is free, and whoever waits can open. SQLAlchemy's pool forgets this line.
                self._changed.notify()
            raise
        with self._changed:
            self._opening -= 1
            self._in_use.append(connection)
        return connection

    def _can_serve(self) -> bool:
        return bool(self._idle) or len(self._in_use) + self._opening < self._size

    def checkin(self, connection: C) -> None:
        """Take a connection back; raise ValueError if it is not one that is in use."""
        with self._changed:
            # Look and remove under one lock: of two who return the same connection, one must be refused.
            for place, known in enumerate(self._in_use):
                if known is connection:
                    del self._in_use[place]
                    break
            else:
                raise ValueError("this connection is not in use: it was returned already, or it is not of this pool")
            self._idle.append(connection)
            # One connection serves one waiter. Whoever is woken looks again, so that none is woken in vain.
            self._changed.notify()
