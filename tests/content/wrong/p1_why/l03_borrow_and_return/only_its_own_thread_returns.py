# task 4: failed
# says: whichever thread returns it
"""Notes the thread, and refuses every other."""

from threading import get_ident

# in Pool

_owner: dict[int, int] = {}


def checkout(self) -> C:
    connection = self._checkout()
    self._owner[id(connection)] = get_ident()
    return connection


def checkin(self, connection: C) -> None:
    with self._changed:
        if connection not in self._in_use or self._owner[id(connection)] != get_ident():
            raise ValueError("not yours")
        self._in_use.remove(connection)
        self._idle.append(connection)
        self._changed.notify()


def _checkout(self) -> C:
    with self._changed:
        if not self._changed.wait_for(self._can_serve, self._timeout):
            raise TimeoutError("all in use")
        if self._idle:
            connection = self._idle.pop()
            self._in_use.append(connection)
            return connection
        self._opening += 1
    try:
        connection = self._open_connection()
    except BaseException:
        with self._changed:
            self._opening -= 1
            self._changed.notify()
        raise
    with self._changed:
        self._opening -= 1
        self._in_use.append(connection)
    return connection
