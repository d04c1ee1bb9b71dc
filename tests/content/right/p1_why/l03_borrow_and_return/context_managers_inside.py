"""Small steps in context managers; the clock is perf_counter; a subclass does the work."""

from contextlib import contextmanager
from threading import Condition as Changed
from time import perf_counter as now


class Places:
    def __init__(self, size):
        self.size, self.taken, self.idle, self.in_use = size, 0, [], {}
        self.changed = Changed()

    @contextmanager
    def change(self):
        with self.changed:
            yield self
            self.changed.notify_all()

    def take(self, until):
        with self.changed:
            while True:
                if self.idle:
                    connection = self.idle.pop()
                    self.in_use[id(connection)] = connection
                    return connection
                if self.taken < self.size:
                    self.taken += 1
                    return None
                if now() >= until:
                    raise TimeoutError("all in use")
                self.changed.wait(timeout=until - now())


class Pool(Generic[C]):
    def __init__(self, open_connection, size, timeout=30.0):
        self.open, self.timeout, self.places = open_connection, timeout, Places(size)

    def checkout(self):
        connection = self.places.take(now() + self.timeout)
        if connection is None:
            try:
                connection = self.open()
            except:
                with self.places.change() as places:
                    places.taken -= 1
                raise
            with self.places.change() as places:
                places.in_use[id(connection)] = connection
        return connection

    def checkin(self, connection):
        with self.places.change() as places:
            if id(connection) not in places.in_use:
                raise ValueError("not in use")
            places.idle.append(places.in_use.pop(id(connection)))
