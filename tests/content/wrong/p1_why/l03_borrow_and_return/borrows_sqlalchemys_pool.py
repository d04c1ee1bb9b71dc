# task 1: failed
# says: Build what is inside of it
"""Wraps SQLAlchemy's own pool."""

from sqlalchemy import QueuePool


class Pool(Generic[C]):
    def __init__(self, open_connection: Callable[[], C], size: int, timeout: float = 30.0) -> None:
        self._open_connection = open_connection
        self._size = size
        self._timeout = timeout
        self._pool = QueuePool(open_connection, pool_size=size, max_overflow=0, timeout=timeout)

    def checkout(self) -> C:
        return self._pool.connect()

    def checkin(self, connection: C) -> None:
        connection.close()
