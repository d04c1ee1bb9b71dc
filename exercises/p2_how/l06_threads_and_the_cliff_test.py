"""Take the cliff away: crowds come to the store, and all that can wait in it is counted.

A query takes until everybody who can move has moved, so that a burst lines up by events; then all that run end at once.
The pool's waiters are not timed: the checker looks who waits for what, and stops a crowd that will never end.
"""

import asyncio
import inspect
import json
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import wait
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import l06_threads_and_the_cliff as store
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy import Engine, Pool, QueuePool, event
from sqlalchemy.util import await_only, queue

from poolschool.checks import Connections, Wrong, call, count_connections, expect, expect_type

THREADS, GRANTED = 40, 15
MOST = 300  # requests that are sent at once to look for a cliff that was moved
PATIENCE = 25.0  # seconds for a crowd of which somebody still moves
TICK = 0.003  # seconds between two looks at a crowd
LINE_UP, FOR_GOOD = 3, 130  # looks in which nobody moved: all have lined up, and all stand still
UNKNOWN = 30  # rounds in which threads wait for what the checker cannot see, until it stops
SEARCH, ADD, ORDERS, REPORT = "GET /products?q=lamp", "POST /products", "GET /orders", "GET /report"
OWN = "The event loop is free. A thread waits for something of your own, or tries again without end: wait before a thread is taken."
AGAIN = "A query after a commit took a connection again (`refresh`, an attribute of an expired object, one more SELECT), and the request keeps it while it waits for a thread."
REQUEST: ContextVar[object] = ContextVar("REQUEST", default=None)  # threads see it too: FastAPI hands them the context
CLIFF = "A request keeps its connection and waits for a thread; every thread waits for a connection. Neither ends."


class OverError(BaseException):
    """Ends a thread of a crowd that was given up, also one that catches every Exception and tries again."""


@dataclass
class Crowd:
    """An event loop as uvicorn has one, queries that end in rounds, and who waits where."""

    seen: Connections
    round: threading.Event = field(default_factory=threading.Event)
    in_query: set[object] = field(default_factory=set)
    in_pool: set[object] = field(default_factory=set)
    limits: dict[Pool, float | None] = field(default_factory=dict)
    held: dict[object, object] = field(default_factory=dict)  # by the pool's record: the request that has it in use
    gave_back: set[object] = field(default_factory=set)  # requests that have returned a connection
    writing: set[int] = field(default_factory=set)
    stop_waiting: bool = False
    over: bool = False
    tries_again: bool = False
    waits_for_its_own: bool = False
    second: bool = False
    taken_again: bool = False
    thread_is_free: bool = False
    waits_without_threads: bool = False
    most_threads: int = 0
    blocks_the_loop: bool = False
    statements: int = 0
    stuck: str = ""
    threads: int = THREADS

    def __post_init__(self) -> None:
        started = threading.Event()

        async def main() -> None:
            self.loop, self.home, self.ending = asyncio.get_running_loop(), threading.get_ident(), asyncio.Event()
            started.set()
            await self.ending.wait()

        threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
        started.wait()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run on the loop and give what it gives; raise Wrong if the loop does not answer."""
        future, began = asyncio.run_coroutine_threadsafe(work, self.loop), monotonic()
        while True:
            if not wait([future], timeout=1).not_done:
                return future.result()
            heartbeat = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop)
            if wait([heartbeat], timeout=8).not_done:
                raise Wrong(called="the event loop", got="it does not answer any more", expected="an event loop that is free",
                            hint="Something waits in an `async def` without `await`.", belief="sync_call_in_async_def")  # fmt: skip
            if monotonic() - began > 2 * PATIENCE:
                raise Wrong(called="the store", got="it does not come to an end", expected="answers", hint=OWN)

    def before_query(self, connection: Any, _: Any, statement: str, *__: Any) -> None:
        """Let a query take until everybody who can move has moved; one after a write goes on, for SQLite lets one write at a time."""
        self.statements += 1
        if self.over:
            raise OverError
        if statement.lstrip()[:6].upper() != "SELECT":
            self.writing.add(id(connection.connection.dbapi_connection))
            return
        if id(connection.connection.dbapi_connection) in self.writing:
            return
        now = self.round
        self.in_query.add(query := object())
        if connection.dialect.is_async:
            self.waits_without_threads = True
            await_only(self.wait_on_the_loop(now))
        elif threading.get_ident() == self.home:
            self.blocks_the_loop = True
        else:
            now.wait(PATIENCE)
        self.in_query.discard(query)

    def after_writes(self, connection: Any) -> None:
        """Note that a transaction has ended."""
        self.writing.discard(id(connection.connection.dbapi_connection))

    def begin_loan(self, _: Any, record: object, connection: Any) -> None:
        """Note which request has a connection in use, and whose pool it is."""
        pool = connection._pool
        if isinstance(pool, QueuePool):
            self.limits.setdefault(pool, pool._timeout)
        self.second |= REQUEST.get() in list(self.held.values())
        self.held[record] = REQUEST.get()

    def end_loan(self, _: Any, record: object) -> None:
        """Note that a request has returned a connection."""
        self.gave_back.add(self.held.pop(record, None))

    async def wait_on_the_loop(self, now: threading.Event) -> None:
        while not now.is_set():
            await asyncio.sleep(TICK)

    def end_queries(self) -> None:
        """Let all queries that run now end: their threads are at work again."""
        now, self.round = self.round, threading.Event()
        self.in_query.clear()
        now.set()

    def wait_in_pool(self, idle: Any, block: bool, timeout: float | None, real: Callable[..., Any]) -> Any:
        """Wait for a connection as long as the crowd moves; a time-out below one second counts as it is."""
        if not block:
            return real(idle, block, timeout)
        began, limit = monotonic(), timeout if timeout is not None and timeout < 1 else PATIENCE
        self.waits_without_threads |= isinstance(idle, queue.AsyncAdaptedQueue)
        blocks = threading.get_ident() == self.home and not isinstance(idle, queue.AsyncAdaptedQueue)
        self.second |= REQUEST.get() in list(self.held.values())
        self.in_pool.add(waiter := object())
        try:
            while True:
                if self.over:
                    raise OverError
                try:
                    return real(idle, block, min(0.2, limit))
                except queue.Empty:
                    self.blocks_the_loop |= blocks
                    if blocks or self.stop_waiting or monotonic() - began >= limit:
                        raise
        finally:
            self.in_pool.discard(waiter)

    def look(self) -> tuple[bool, tuple[int, ...]]:
        """Say whether every thread at work waits in a query or for the pool, and give the numbers that change when somebody moves."""
        threads = current_default_thread_limiter().statistics()
        waiting = len(self.in_query), len(self.in_pool)
        if not self.waits_without_threads:
            self.most_threads = max(self.most_threads, sum(waiting))
        return threads.borrowed_tokens <= sum(waiting), (
            *waiting, threads.borrowed_tokens, threads.tasks_waiting, self.seen.checkouts, self.seen.checkins, self.statements,
        )  # fmt: skip

    async def settle(self, tasks: list[asyncio.Task[Any]], ticks: int) -> None:
        """Wait until nobody moves for so many looks in a row, or all tasks are done, or some move in a circle for 4 seconds."""
        last, same, since, began, statements = None, 0, monotonic(), monotonic(), self.statements
        self.waits_for_its_own = False
        patience = 0.1 if ticks == LINE_UP else 2.0
        while same < ticks and not all(task.done() for task in tasks):
            await asyncio.sleep(TICK)
            accounted, numbers = self.look()
            now = (sum(task.done() for task in tasks), *numbers)
            if last is None or (now[0], self.statements) != (last[0], statements):
                began, statements = monotonic(), self.statements
            if monotonic() - began > 4 and self.stop_waiting:
                self.tries_again = True
                return
            if now != last:
                last, same, since = now, 0, monotonic()
            elif accounted:
                same += 1
            elif monotonic() - since > patience:  # a thread elsewhere is at work, or waits for a lock of the learner's
                self.waits_for_its_own = True
                return

    async def send(self, app: FastAPI, requests: list[str], ping: bool) -> tuple[list[Any], Any]:
        """Send all requests at once, let them line up, send a ping if asked to, then end the queries round by round."""
        self.stop_waiting, self.stuck, pong, unknown = False, "", None, 0
        threads = current_default_thread_limiter()
        tasks = [asyncio.create_task(ask(app, request)) for request in requests]
        await self.settle(tasks, LINE_UP)
        if ping:
            pinged = asyncio.create_task(ask(app, "GET /ping"))
            await self.settle([pinged], LINE_UP)
            now = threads.statistics()
            self.thread_is_free = now.borrowed_tokens < now.total_tokens
            pong = pinged.result() if pinged.done() else self.whereabouts(threads)
            tasks.append(pinged)
        while not all(task.done() for task in tasks):
            await self.settle(tasks, LINE_UP)
            unknown += self.waits_for_its_own
            if not self.in_query:
                await self.settle(tasks, FOR_GOOD)
            if all(task.done() for task in tasks):
                break
            if self.in_query and unknown <= UNKNOWN:
                self.end_queries()
                continue
            if self.stop_waiting:  # it waits for something else than the pool
                break
            self.taken_again = any(request in self.gave_back for request in list(self.held.values()))
            self.stuck = f"{sum(task.done() for task in tasks)} answered, {self.whereabouts(threads)}"
            self.waits_for_its_own |= unknown > UNKNOWN
            self.stop_waiting = True
            if not self.in_pool or unknown > UNKNOWN:
                break
        self.over = bool(self.stuck)
        if self.over:
            self.end_queries()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)  # a thread that waits for a lock cannot be cancelled
        answers = [task.result() if task.done() and not task.cancelled() else "no answer" for task in tasks]
        return answers[: len(requests)], pong

    def whereabouts(self, threads: Any) -> str:
        """Say who waits for what."""
        now = threads.statistics()
        return (
            f"{now.borrowed_tokens} of {now.total_tokens:g} threads taken, {len(self.in_pool)} requests wait for a connection, "
            f"{now.tasks_waiting} for a thread; {self.seen.checked_out} connections in use"
        )


async def ask(app: FastAPI, request: str) -> Any:
    """Send one request straight to the application and give its status and answer; an exception out of the store as its name and text."""
    REQUEST.set(object())
    method, path = request.split()
    path, _, query = path.partition("?")
    body = b'{"name": "mirror", "price": 15}' if method == "POST" else b""
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
             "raw_path": path.encode(), "root_path": "", "query_string": query.encode(), "server": ("store", 80), "client": ("shopper", 1),
             "headers": [(b"host", b"store"), (b"token", b"ann"), (b"content-type", b"application/json")]}  # fmt: skip
    requests, answered, status, parts = [{"type": "http.request", "body": body}], asyncio.Event(), 0, []

    async def receive() -> dict[str, Any]:
        if not requests:
            await answered.wait()  # the shopper stays until the answer is there
        return requests.pop() if requests else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    try:
        await app(scope, receive, send)
        return status, json.loads(b"".join(parts))
    except ValueError:
        return status, b"".join(parts).decode()
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}".splitlines()[0].partition(" (Background")[0]


def waiting(crowd: Crowd, real: Callable[..., Any]) -> Callable[..., Any]:
    """Give what a pool calls for its next idle connection, counted by a crowd."""
    return lambda idle, block=True, timeout=None: crowd.wait_in_pool(idle, block, timeout, real)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    """Count what waits in the store while the test runs."""
    with count_connections() as seen:
        crowd = Crowd(seen)
        # Where a pool keeps its idle connections, and where one waits for them.
        for kind in (queue.Queue, queue.AsyncAdaptedQueue):
            monkeypatch.setattr(kind, "get", waiting(crowd, kind.get))
        listeners: list[tuple[Any, str, Any]] = [
            (Engine, "before_cursor_execute", crowd.before_query), (Engine, "commit", crowd.after_writes),
            (Engine, "rollback", crowd.after_writes), (Pool, "connect", do_not_wait_for_the_disk),
            (Pool, "checkout", crowd.begin_loan), (Pool, "checkin", crowd.end_loan),
        ]  # fmt: skip
        for listener in listeners:
            event.listen(*listener)
        try:
            yield crowd
        finally:
            for listener in listeners:
                event.remove(*listener)
            crowd.loop.call_soon_threadsafe(crowd.ending.set)


def do_not_wait_for_the_disk(connection: Any, _: object) -> None:
    """Let many shoppers write to one file: that is another lesson."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 8000")
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a fresh store."""
    database = sqlite3.connect(tmp_path / "store.db")
    with database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript("""
            CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL, cost INTEGER DEFAULT 0);
            CREATE TABLE shoppers (token TEXT PRIMARY KEY);
            CREATE TABLE orders (id INTEGER PRIMARY KEY, token TEXT NOT NULL, product TEXT NOT NULL);
            CREATE TABLE visits (id INTEGER PRIMARY KEY);
            INSERT INTO products VALUES (1, 'desk lamp', 39, 21), (2, 'chair', 120, 75), (3, 'floor lamp', 89, 40);
            INSERT INTO shoppers VALUES ('ann'), ('ben');
            INSERT INTO orders VALUES (1, 'ann', 'chair'), (2, 'ben', 'desk lamp'), (3, 'ann', 'floor lamp');
        """)
    database.close()
    return f"sqlite:///{tmp_path / 'store.db'}"


def read(url: str, query: str) -> Any:
    """Read one value from the store's database, from outside."""
    database = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return database.execute(query).fetchone()[0]
    finally:
        database.close()


def visit(crowd: Crowd, url: str, crowds: list[Any], check: Callable[[str, Any], None], *, ping: bool = False) -> None:
    """Let one crowd after another come to a new store; raise Wrong at the first request that is not answered as `check` wants.

    What stands between two crowds is called. The last is followed by one that is larger than threads and connections together.
    """
    app = call(store.create_app, url)
    expect_type(app, FastAPI, called="create_app(url)")

    async def come() -> None:
        limiter = current_default_thread_limiter()
        limiter.total_tokens = THREADS
        async with app.router.lifespan_context(app):
            for requests in crowds:
                if callable(requests):
                    requests()
                    continue
                called = " + ".join(f"{number} × {request}" for request, number in Counter(requests).items())
                answers, pong = await crowd.send(app, requests, ping and len(requests) > 1)
                crowd.threads = int(min(limiter.total_tokens, 10**6))
                check_crowd(crowd, called + " at once" * (len(requests) > 1), answers, requests, check)
                if ping and len(requests) > 1 and pong != (200, "pong"):
                    if crowd.thread_is_free:
                        hint = "Threads are free, so a limit of your own counts ping as well: let it pass."
                    else:
                        hint = "A `def` endpoint needs a thread. Let ping need none, or let nobody wait for a connection in a thread."
                    raise Wrong(called=f"GET /ping, during {called}", got=f"no answer: {pong}" if isinstance(pong, str) else pong,
                                expected="200 'pong', before the first query ends", belief="ping_needs_no_pool",
                                hint=hint)  # fmt: skip
                beyond = crowd.threads + capacity(crowd) + 1
                if len(requests) > 1 and not ping and beyond > len(crowds[-1]):
                    if beyond > MOST and crowd.threads > THREADS:
                        raise Wrong(called="threads of the store", got=f"{crowd.threads}", expected=f"{THREADS}, or a store that needs no more",
                                    hint="More of them only move the cliff.", belief="more_threads")  # fmt: skip
                    if beyond > MOST:
                        break
                    crowds.append([requests[0]] * beyond)
        check_granted(crowd)
        if crowd.threads > THREADS:
            raise Wrong(called="threads of the store", got=f"{crowd.threads}", expected=f"{THREADS}",
                        hint="No cliff was found: the store does with the 40 threads that there are.", belief="more_threads")  # fmt: skip

    crowd.run(come())


def check_granted(crowd: Crowd) -> None:
    """Raise Wrong if more connections were open than the database grants."""
    if crowd.seen.most_open > GRANTED:
        raise Wrong(called="connections open at once", got=f"{crowd.seen.most_open}", expected=f"at most {GRANTED}: the database grants no more",
                    hint="More connections move the cliff and do not take it away. Leave the engine's 5 + 10.", belief="pool_as_large_as_threads")  # fmt: skip


def capacity(crowd: Crowd) -> int:
    """Give how many connections the store's pools may open."""
    caps = [pool.size() + pool._max_overflow if pool._max_overflow >= 0 else 10**6
            for pool in crowd.limits if isinstance(pool, QueuePool)]  # fmt: skip
    return sum(caps) if caps else GRANTED


def check_crowd(
    crowd: Crowd, called: str, answers: list[Any], requests: list[str], check: Callable[[str, Any], None]
) -> None:
    """Raise Wrong for the first reason why a crowd was not served."""
    async_hint = "A sync query in an `async def` stops the event loop: nothing else runs meanwhile. Write `def`, or use an AsyncSession."
    if crowd.blocks_the_loop:
        raise Wrong(called=called, got="a query, or a wait for the pool, on the event loop itself", expected="an event loop that is free",
                    hint=async_hint, belief="sync_call_in_async_def")  # fmt: skip
    if crowd.threads <= THREADS < crowd.most_threads:
        raise Wrong(called=called, got=f"{crowd.most_threads} threads in a query or in the pool at once", expected=f"at most {THREADS}",
                    hint="A limiter of your own gives more threads than the 40 that there are: they only move the cliff. Let fewer in, or hold nothing.",
                    belief="more_threads")  # fmt: skip
    failed = [answer for answer in answers if not (isinstance(answer, tuple) and answer[0] < 300)]
    if crowd.seen.most_checked_out > crowd.seen.most_open:
        raise Wrong(called=called, got=f"{crowd.seen.most_checked_out} in use at once, {crowd.seen.most_open} open", expected="a connection for each that is in use",
                    hint="Two requests share a connection, and with it a transaction.", belief="one_connection_for_all")  # fmt: skip
    if crowd.stuck:
        hint, belief = why_stuck(crowd, called)
        raise Wrong(called=called, got=f"it stands still: {crowd.stuck}", expected=f"{len(answers)} answers",
                    hint=hint, belief=belief)  # fmt: skip
    if failed:
        hint = "Nobody is to be refused: who comes while all are busy waits, and waits without a connection."
        if "closed" in str(failed[0]):
            hint = "Rows are read after the commit that returned their connection: read them all first (`.all()`)."
        if "locked" in str(failed[0]):
            hint = "SQLite lets one request write at a time: write last, then commit."
        if "TimeoutError" in str(failed[0]):
            hint = f"With `pool_timeout` {next(iter(crowd.limits.values()), None)} whoever finds all in use gives up. It ends the wait and answers nobody."
        raise Wrong(called=called, got=f"{len(failed)} of {len(answers)} failed: {failed[0]}", expected=f"{len(answers)} answers",
                    hint=hint, belief="timeout_fixes_it" if "TimeoutError" in str(failed[0]) else "")  # fmt: skip
    for request, answer in zip(requests, answers, strict=True):
        check(request, answer)
    if crowd.seen.not_returned:
        raise Wrong(called=called, got=f"{crowd.seen.not_returned} connections not returned", expected="0: all were answered",
                    hint="`with Session(engine)` returns its connection on every way out.", belief="close_at_the_end")  # fmt: skip


def why_stuck(crowd: Crowd, called: str) -> tuple[str, str]:
    """Find the hint for a crowd that stands still: what was tried and only moves the cliff, or what is held."""
    source, cliff = inspect.getsource(store), crowd.threads + capacity(crowd)
    waits = max((limit for limit in crowd.limits.values() if limit is not None), default=0)
    tried = [
        (crowd.threads > THREADS, f"{crowd.threads} threads move the cliff to {cliff} requests. {CLIFF}", "more_threads"),
        (crowd.threads < THREADS, f"Fewer threads move the cliff down, to {cliff} requests: each of them waits for a connection. {CLIFF}", "fewer_threads"),
        (capacity(crowd) > GRANTED, f"A pool of {capacity(crowd)} moves the cliff to {cliff} requests. {CLIFF}", "pool_as_large_as_threads"),
        (waits > 5, f"With `pool_timeout={waits:g}` they stand still for {waits:g} seconds. {CLIFF}", "timeout_fixes_it"),
        (crowd.tries_again or crowd.waits_for_its_own, OWN, "ping_needs_no_pool"),
        ("+" in called, f"Each endpoint survives by itself; together their limits add up to more than there is. {CLIFF}", "limits_add_up"),
        (REPORT in called and crowd.second, "Each request holds one connection and waits for a second: T requests need T × (2 − 1) + 1. Use one.", "two_connections"),
        (re.search(r"scope=.function.", source), f"`scope=\"function\"` ends the dependency after the answer was checked, which is too late. {CLIFF}", "scope_ends_it_earlier"),
        (re.search(r"\byield \w+\n\s+\w+\.commit\(\)", source), f"`commit()` after the `yield` runs after the answer was checked, which is too late. {CLIFF}", "commit_after_yield"),
        (crowd.taken_again, AGAIN, "refresh_holds_nothing"),
        (ORDERS in called, f"The shopper's query took the connection before the endpoint has got a thread. {CLIFF}", ""),
    ]  # fmt: skip
    return next(((hint, belief) for found, hint, belief in tried if found), (CLIFF, "tutorial_scales"))


def write(url: str, statement: str) -> None:
    """Change the store's database from outside."""
    database = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    database.execute(statement)
    database.close()


def check_search(_: str, answer: Any, price: int = 39) -> None:
    """Raise Wrong unless a search was answered with the two lamps, and what a shopper may know of them."""
    hint = "Two lamps, by name, each with name, price and id."
    if "cost" in str(answer):
        hint = "`response_model` kept the cost out of the answer. Without it, do that yourself."
    elif price != 39 and "39" in str(answer):
        hint = "The price was changed meanwhile: ask the database each time."
    lamps = [{"name": "desk lamp", "price": price, "id": 1}, {"name": "floor lamp", "price": 89, "id": 3}]
    expect(answer, (200, lamps), called=SEARCH, hint=hint)


@pytest.mark.task(
    1, "The search survives a hundred at once", seconds=60, hint="Return the connection before you return the answer."
)
def test_search(crowd: Crowd, url: str) -> None:
    """The search answers one shopper, a hundred at once, and more than threads and connections together."""
    prices = [39]

    def change_price() -> None:
        write(url, "UPDATE products SET price = 45 WHERE id = 1")
        prices[0] = 45

    def check(request: str, answer: Any) -> None:
        check_search(request, answer, prices[0])

    visit(crowd, url, [[SEARCH], change_price, [SEARCH] * 100], check)


@pytest.mark.task(
    2,
    "A new product: saved, answered, and nothing held",
    seconds=60,
    needs=(1,),
    hint="What do you know before you commit?",
)
def test_add(crowd: Crowd, url: str) -> None:
    """Adding products survives a crowd; each is saved once and answered with an id of its own."""
    ids: list[int] = []

    def check(_: str, answer: Any) -> None:
        status, body = answer
        got = (status, {**body, "id": "an id"} if isinstance(body, dict) and isinstance(body.get("id"), int) else body)
        expect(
            got,
            (201, {"name": "mirror", "price": 15, "id": "an id"}),
            called=ADD,
            hint="The stub's answer was right: id, name and price.",
        )
        ids.append(body["id"])

    visit(crowd, url, [[ADD], [ADD] * 56], check)
    saved = read(url, "SELECT count(*) FROM products WHERE name = 'mirror'")
    expect(saved, len(ids), called=f"products saved by {len(ids)} × {ADD}", hint="What is not committed is rolled back.",
           belief="close_commits" if saved == 0 else "")  # fmt: skip
    expect(len(set(ids)), len(ids), called=f"ids answered by {len(ids)} × {ADD}", hint="Each product has its own.")


def check_orders(_: str, answer: Any) -> None:
    """Raise Wrong unless ann was answered with her orders."""
    expect(answer, (200, [{"id": 1, "product": "chair"}, {"id": 3, "product": "floor lamp"}]), called=f"{ORDERS} as ann",
           hint="Ann's own orders, the oldest first.")  # fmt: skip


@pytest.mark.task(
    3,
    "The orders: who asks is looked up first",
    seconds=60,
    needs=(1,),
    hint="A dependency is a function with an end of its own.",
)
def test_orders(crowd: Crowd, url: str) -> None:
    """The orders survive a crowd, and an unknown shopper is still refused."""
    visit(crowd, url, [[ORDERS], [ORDERS] * 90], check_orders)  # two hops need a longer queue to line up
    write(url, "DELETE FROM shoppers WHERE token = 'ann'")

    async def refused() -> Any:
        app = call(store.create_app, url)
        crowd.round.set()  # nobody else comes
        async with app.router.lifespan_context(app):
            return await ask(app, ORDERS)

    got = crowd.run(refused())
    expect(got[0] if isinstance(got, tuple) else got, 401, called=f"{ORDERS} as somebody whom the store does not know",
           hint="The shopper is looked up for every request.")  # fmt: skip


@pytest.mark.task(
    4,
    "The report: two connections for one request",
    seconds=60,
    needs=(1,),
    hint="T requests with C connections each: T × (C − 1) + 1.",
)
def test_report(crowd: Crowd, url: str) -> None:
    """The report survives a crowd, from fifteen on, and every visit is saved."""
    crowds = [[REPORT], [REPORT] * 15]  # and then more than threads and connections

    def check(_: str, answer: Any) -> None:
        expect(answer, (200, {"products": 3}), called=REPORT, hint="There are three products.")

    visit(crowd, url, crowds, check)
    asked = sum(map(len, crowds))
    expect(read(url, "SELECT count(*) FROM visits"), asked, called=f"visits saved by {asked} × {REPORT}",
           hint="One Visit for each call, committed.", belief="close_commits")  # fmt: skip


@pytest.mark.task(
    5,
    "Everybody at once, and ping answers",
    seconds=60,
    needs=(1, 2, 3, 4),
    hint="Who needs no database needs no thread either.",
)
def test_everybody(crowd: Crowd, url: str) -> None:
    """A mixed crowd is served, and ping is answered while its queries run."""
    checks = {SEARCH: check_search, ORDERS: check_orders}

    def check(request: str, answer: Any) -> None:
        if request in checks:
            checks[request](request, answer)

    visit(crowd, url, [[SEARCH, ADD, ORDERS, REPORT] * 17], check, ping=True)
