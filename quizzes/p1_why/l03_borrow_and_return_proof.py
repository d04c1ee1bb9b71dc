"""The answer key of `borrow_and_return`, executed: one proof per question, on real threads and the real library."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections import deque
from threading import Condition, Event, Thread

import pytest
from sqlalchemy import NullPool, QueuePool, create_engine, event, text

log = logging.getLogger(__name__)


class Stepped(list):
    """A list whose reader can be held after the look."""

    def __init__(self, items, looked, go):
        super().__init__(items)
        self.looked, self.go = looked, go

    def __getitem__(self, key):
        item = super().__getitem__(key)
        if key == -1 and threading.current_thread().name == "A":
            self.looked.set()
            self.go.wait()
        return item


class UnlockedPool:
    """The pool of the question."""

    def __init__(self, idle, open_connection):
        self.idle, self.open_connection = idle, open_connection

    def checkout(self):
        if self.idle:
            connection = self.idle[-1]
            log.debug("reusing %s", connection)
            self.idle = self.idle[:-1]
            return connection
        return self.open_connection()


def test_same_connection():
    """A is held after its look; B runs to its end; both have the same connection, one at a time under the GIL."""
    looked, go, got = Event(), Event(), {}
    pool = UnlockedPool(Stepped(["one", "two"], looked, go), lambda: "new")
    threads = [Thread(target=lambda name=name: got.update({name: pool.checkout()}), name=name) for name in "AB"]
    threads[0].start()
    looked.wait()
    threads[1].start()
    threads[1].join()
    go.set()
    threads[0].join()
    assert got == {"A": "two", "B": "two"}

    # Without a switch between the two steps each gets its own.
    pool = UnlockedPool(["one", "two"], lambda: "new")
    assert {pool.checkout(), pool.checkout()} == {"one", "two"}


class ListPool:
    """The program's pool, with a choice of what it notices."""

    def __init__(self, refuses=False, first=False):
        self.opened, self.idle, self.refuses, self.first = 0, deque(), refuses, first

    def checkout(self):
        if not self.idle:
            self.opened += 1
            return self.opened
        return self.idle.popleft() if self.first else self.idle.pop()

    def checkin(self, connection):
        if not (self.refuses and connection in self.idle):
            self.idle.append(connection)


def play(pool):
    """Do what the program does; return what it prints."""
    first, second = pool.checkout(), pool.checkout()
    for connection in (first, second, second):
        pool.checkin(connection)
    return [pool.checkout(), pool.checkout(), pool.checkout()], pool.opened


def test_who_has_what():
    """A list hands out what was returned twice to two; a pool that refuses, or a queue, would print something else."""
    assert play(ListPool()) == ([2, 2, 1], 2)
    assert play(ListPool(refuses=True)) == ([2, 1, 3], 3)
    assert play(ListPool(first=True)) == ([1, 2, 2], 2)


def test_seen_by_the_server(postgres_url):
    """Of thirty who want one, seven are clients of the server; without a pool it would be thirty."""

    def seen(most, name, **settings):
        engine = create_engine(postgres_url, connect_args={"application_name": name}, **settings)
        holds, done = [], Event()

        def shop():
            with engine.connect() as connection:
                holds.append(connection)
                done.wait()

        crowd = [Thread(target=shop) for _ in range(30)]
        for shopper in crowd:
            shopper.start()
        waiting = getattr(engine.pool, "_pool", None)
        while len(holds) < most or (waiting is not None and len(waiting.not_empty._waiters) < 30 - most):
            done.wait(0.01)
        other = create_engine(postgres_url, poolclass=NullPool)
        with other.connect() as connection:
            count = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
            clients = connection.scalar(count, {"name": name})
        done.set()
        for shopper in crowd:
            shopper.join()
        engine.dispose()
        return clients

    assert seen(7, "seven", pool_size=4, max_overflow=3, pool_timeout=60) == 7
    assert seen(30, "thirty", poolclass=NullPool) == 30


@pytest.mark.parametrize("again", ["if", "while"])
def test_woken_in_vain(again):
    """The waiter is notified and another is faster: with `if` it pops from an empty list, with `while` it waits on."""
    changed, idle, got = Condition(), [], []

    def checkout():
        with changed:
            if again == "if":
                if not idle:
                    changed.wait()
            else:
                while not idle:
                    changed.wait()
            return idle.pop()

    def ask():
        try:
            got.append(checkout())
        except IndexError as error:
            got.append(str(error))

    waiter = Thread(target=ask)
    waiter.start()
    while not changed._waiters:
        waiter.join(0.01)
    with changed:  # the lock can be taken again by its owner: nobody runs between the return and the checkout
        idle.append("one")
        changed.notify()
        assert checkout() == "one"
    while not (got or changed._waiters):
        waiter.join(0.01)
    assert got == (["pop from empty list"] if again == "if" else [])
    with changed:
        idle.append("one")
        changed.notify()
    waiter.join()
    assert got[-1] == ("one" if again == "while" else "pop from empty list")


def test_way_of_a_waiter():
    """What happens is noted by the two threads, and the lock is free while B waits."""
    changed, idle, noted = Condition(), [], []

    def wait():
        with changed:
            while not idle:
                noted.append("B finds nothing")
                changed.wait()
                noted.append("B looks again")
            idle.pop()
            noted.append("B takes it")

    waiter = Thread(target=wait)
    waiter.start()
    while not changed._waiters:
        waiter.join(0.01)
    with changed:  # would wait for ever if wait() kept the lock
        idle.append("one")
        noted.append("A puts it back")
        changed.notify()
        noted.append("A notifies")
        waiter.join(0.05)
        noted.append("A lets go")  # B has not run meanwhile
    waiter.join()
    assert noted == ["B finds nothing", "A puts it back", "A notifies", "A lets go", "B looks again", "B takes it"]


def test_nobody_told():
    """After the failure the place is free and the second thread waits on, for its whole time-out; then it is served."""
    second_waits, tried, served = Event(), [], []

    def open_connection():
        tried.append(1)
        if len(tried) == 1:
            second_waits.wait()
            raise sqlite3.OperationalError("away")
        return sqlite3.connect(":memory:", check_same_thread=False)

    pool = QueuePool(open_connection, pool_size=1, max_overflow=0, timeout=1)
    threads = threading.active_count()

    def fail():
        with contextlib.suppress(sqlite3.OperationalError):
            pool.connect()

    def ask():
        began = time.monotonic()
        pool.connect().close()
        served.append(time.monotonic() - began)

    first, second = Thread(target=fail), Thread(target=ask)
    first.start()
    while not tried:
        first.join(0.01)
    second.start()
    while not pool._pool.not_empty._waiters:
        second.join(0.01)
    second_waits.set()
    first.join()
    assert pool.overflow() == -1  # nothing is open: the place is free
    assert len(tried) == 1
    assert threading.active_count() == threads + 1  # the second thread, and none of the pool's own
    second.join()
    assert served[0] >= 1
    assert len(tried) == 2
    pool.dispose()


def test_sqlalchemys_words():
    """Two of the lines work; the others name methods that the pool does not have."""
    pool = QueuePool(lambda: sqlite3.connect(":memory:"))
    noted = []
    event.listen(pool, "checkin", lambda *_: noted.append("checkin"))
    pool.connect().close()
    assert noted == ["checkin"]
    for name in ("acquire", "release", "getconn", "putconn", "checkin", "checkout"):
        with pytest.raises(AttributeError, match=f"'QueuePool' object has no attribute '{name}'"):
            getattr(pool, name)
    loan = pool.connect()
    loan.close()
    loan.close()  # of no effect
    assert pool.checkedin() == 1
    pool.dispose()
