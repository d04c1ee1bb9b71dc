"""The answer key of "Sizing the pool", shown on the real pool: in a time of our own, and once on a real PostgreSQL."""

import random
import time
from collections import deque
from contextlib import suppress
from heapq import heappop, heappush

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

COMPUTES = text("SELECT count(*) FROM generate_series(1, 40000) AS n WHERE n % 7 = 3")


class Store:
    """A real pool under traffic, moment by moment: waits, what was opened, and what the events tell."""

    def __init__(self, size, overflow=0):
        self.engine = create_engine(
            "sqlite:///store.db",
            pool_size=size, max_overflow=overflow, pool_timeout=0,
        )  # fmt: skip
        self.now, self.busy, self.opened = 0.0, 0.0, 0
        self.waits, self.trace, self.most = [], [], 0
        event.listen(self.engine, "connect", self.count)

    def count(self, *_):
        self.opened += 1

    def serve(self, traffic):
        """Let each (at, held) of the traffic come, first come, first served."""
        asks, ends = deque(sorted(traffic)), []
        queue = deque()
        while asks or ends:
            ended = ends and (not asks or ends[0][0] <= asks[0][0])
            moment = ends[0][0] if ended else asks[0][0]
            self.busy += (moment - self.now) * len(ends)
            self.now = moment
            if ended:
                heappop(ends)[2].close()
            else:
                queue.append(asks.popleft())
            while queue:
                try:
                    connection = self.engine.connect()
                except PoolTimeout:
                    break
                at, held = queue.popleft()
                self.waits.append(self.now - at)
                self.trace.append((self.now, held))
                end = self.now + held, len(self.waits), connection
                heappush(ends, end)
                self.most = max(self.most, len(ends))
        self.engine.dispose()
        return self

    def p95(self):
        """Give the wait that 95 % do not exceed, in seconds."""
        return sorted(self.waits)[int(0.95 * len(self.waits))]


def independent(rate, hold, number=6000, seed=7):
    """Draw requests that know nothing of each other."""
    chance, at = random.Random(seed), 0.0  # noqa: S311 - traffic, the same at each run
    for _ in range(number):
        at += chance.expovariate(rate)
        yield at, chance.expovariate(1 / hold)


def test_why_not_faster(postgres_url):
    """With 2 connections they wait in the pool; with 16 in the database, and not in the pool."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    def rush(connections):
        engine = create_engine(postgres_url, pool_size=connections, max_overflow=0)
        for connection in [engine.connect() for _ in range(connections)]:
            connection.close()
        queued, queried = [], []

        def report(_):
            asked = time.perf_counter()
            with engine.connect() as connection:
                got = time.perf_counter()
                connection.execute(COMPUTES)
            queued.append(got - asked)
            queried.append(time.perf_counter() - got)

        with ThreadPoolExecutor(16, initializer=Barrier(16).wait) as shoppers:
            list(shoppers.map(report, range(96)))
        engine.dispose()
        return sum(queued) / 96, sum(queried) / 96

    queued, queried = rush(2)
    longer, slower = rush(16)
    assert queued > 2 * queried
    assert longer < slower / 4
    assert slower > 2 * queried


def test_busy_on_average():
    """150 holds of 40 ms in each second keep six connections of a real pool busy."""
    traffic = [(number / 150, 0.010 + 0.030) for number in range(1500)]
    store = Store(20).serve(traffic)
    assert round(store.busy / 10, 6) == 6
    assert max(store.waits) == 0


def test_small_base():
    """The second rush opens what was not kept."""
    for size, overflow, opened in ((5, 0, 5), (2, 3, 8), (1, 50, 9)):
        rushes = [(rush, 0.5) for rush in (0, 1) for _ in range(5)]
        assert Store(size, overflow).serve(rushes).opened == opened


def test_at_the_knee():
    """At 95 % use the real pool's p95 is about 12 holds; three changes halve it, two do not."""
    rate = 0.95 * 5
    before = Store(5).serve(independent(rate, 1)).p95()
    assert 8 < before < 17
    assert Store(6).serve(independent(rate, 1)).p95() < before / 2
    assert Store(5).serve(independent(rate, 0.9)).p95() < before / 2
    assert Store(20).serve(independent(4 * rate, 1)).p95() < before / 2
    patient, lifo = Store(5), Store(5)
    patient.engine = create_engine("sqlite:///store.db", pool_size=5, max_overflow=0)
    patient.engine.pool._timeout = 0  # a time-out is not reached: the queue is ours
    lifo.engine = create_engine(
        "sqlite:///store.db", pool_size=5, max_overflow=0,
        pool_timeout=0, pool_use_lifo=True,
    )  # fmt: skip
    for store in (patient, lifo):
        assert store.serve(independent(rate, 1)).p95() == before


def test_three_are_busy():
    """5/0 has hardly any waits and opens five; the other three exceed ten when something is slow, and 1/50 opens anew."""
    day = list(independent(300, 0.010))
    best, small = Store(5).serve(day), Store(1, 50).serve(day)
    assert best.p95() < 0.010
    assert 0.001 < sum(best.waits) / len(best.waits) < 0.002
    assert best.opened == best.most == 5
    assert small.opened > len(day) / 5
    slow = [(number / 300, 0.2) for number in range(60)]
    for size, overflow in ((20, 10), (1, 50), (0, 0)):
        assert Store(size, overflow).serve(slow).most > 10
    assert Store(5).serve(slow).most == 5


def test_calm_trace():
    """A full pool's trace, replayed on as many connections, has no wait: on a real pool whose events were noted."""
    crowd = Store(2).serve(independent(30, 0.1, 300))
    assert crowd.p95() > 1
    assert max(Store(2).serve(crowd.trace).waits) < 1e-9
    engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0)
    noted = []
    event.listen(engine, "checkout", lambda *_: noted.append(1))
    with engine.connect(), suppress(PoolTimeout):
        engine.connect()  # asked, waited, and no event told of it
    assert len(noted) == 1
    engine.dispose()


def test_job_each_minute():
    """Forty at once on two connections: more than a third wait too long, where the average is 0.7 and the formula says 18 ms."""
    calm = list(independent(20, 0.02, 240))
    jobs = [(at, 0.02) for at in (2, 5, 8, 11) for _ in range(40)]
    store = Store(2).serve(calm + jobs)
    assert 0.6 < store.busy / 12 < 0.8
    late = sum(wait > 0.04 for wait in store.waits)
    assert late > len(store.waits) / 3
    assert Store(2).serve(independent(20, 0.02 * 1.7)).p95() < 0.04
    overflowing = Store(2, 10).serve(calm + jobs)
    assert overflowing.p95() < store.p95() / 3
