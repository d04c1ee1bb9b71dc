"""Send crowds to the store while its pool is full and its table locked; who is inside, waits or was refused is counted, not timed."""

import asyncio
import math
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from os import getpid
from time import monotonic
from typing import Any

import httpx
import l11_when_the_pool_is_full as store
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy import Engine, NullPool, QueuePool, create_engine, text

from poolschool.checks import Wrong, call, database_url, expect, expect_type

SCHEMA = f"full_{getpid()}"  # others may grade on the same server
INSIDE, WAITING = 15, 30
CROWD = 100
ROOM = f"{INSIDE} inside and {WAITING} who wait are {INSIDE + WAITING}: they are not refused."
LONGEST = 6.0  # seconds for what must come, on a busy machine
CALM = 1.5  # seconds in which nothing changes, until nothing is expected to
AT_ONCE = "Who finds no room is refused at once: waiting costs shoppers time, and the store threads and memory."
NOT_ALL = "Three of them may wait: they are not refused, and get in when somebody leaves."
COUNT_DOWN = "Whoever leaves makes room: count down as well."
IN_ORDER = "A place goes to the one that has waited longest, not to the one that asks at the right moment. asyncio.Semaphore keeps that order."
CLIFF = "More requests are let in than there are threads for. Those inside hold a connection and wait for a thread, the threads wait for a connection."
PRODUCT, *_ = PRODUCTS = ("/products/lamp", "/products/chair")
END_LOCKS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
    "WHERE relnamespace = to_regnamespace(:schema) AND pid <> pg_backend_pid()"
)


@pytest.mark.task(1, "Nobody waits for thirty seconds", hint="How long does the pool wait if nobody says anything?")
def test_time_out() -> None:
    """make_engine's pool keeps five, opens no sixth, and gives up within two seconds, but not at once."""
    engine = call(store.make_engine, "sqlite:///store.db")
    expect_type(engine, Engine, called="make_engine(url)")
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        raise Wrong(called="make_engine(url).pool", got=type(pool).__name__, expected="a QueuePool, which waits",
                    hint="Without a limit the database meets the crowd in the pool's place.")  # fmt: skip
    expect((pool.size(), pool._max_overflow), (5, 0), called="pool_size and max_overflow of make_engine(url)",
           hint="A larger pool moves the crowd into the database. Leave 5 and 0.")  # fmt: skip
    seconds = pool.timeout()
    if seconds is None:
        raise Wrong(called="pool_timeout of make_engine(url)", got="None: it waits for ever", expected="between 0.5 and 2 seconds",
                    hint="A request that waits for ever keeps its thread for ever.", belief="longer_is_safer")  # fmt: skip
    if not 0.5 <= seconds <= 2:
        hints = [
            (seconds == 30, "Thirty seconds is the default; `pool_timeout` changes it."),
            (seconds > 100, "It is in seconds."),
            (seconds > 2, "The shopper has left by then; the request still takes a thread, and later a connection."),
            (seconds == 0, "0 refuses everybody who comes while all are in use, also in a short burst."),
            (True, "Whoever gets a connection within half a second is not to be refused."),
        ]
        raise Wrong(called="pool_timeout of make_engine(url)", got=f"{seconds:g} seconds", expected="between 0.5 and 2 seconds",
                    hint=next(hint for holds, hint in hints if holds), belief="longer_is_safer" if seconds > 2 else "")  # fmt: skip


class Queue:
    """Tasks that enter an Admission, and leave it when they are told to."""

    def __init__(self, inside: int, waiting: int) -> None:
        self.called = f"Admission({inside}, {waiting})"
        self.admission = call(store.Admission, inside, waiting)
        self.inside: list[str] = []
        self.refused: list[str] = []
        self.raised: dict[str, BaseException] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.most = 0

    def send(self, *names: str, problem: Exception | None = None) -> None:
        """Let tasks come, in this order; with a `problem` they leave by raising it."""
        for name in names:
            self.gates[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self.one(name, problem))

    async def one(self, name: str, problem: Exception | None) -> None:
        try:
            async with self.admission.enter():
                self.inside.append(name)
                self.most = max(self.most, len(self.inside))
                try:
                    await self.gates[name].wait()
                    if problem:
                        raise problem
                finally:
                    self.inside.remove(name)
        except store.Full:
            self.refused.append(name)
        except BaseException as raised:
            self.raised[name] = raised
            raise

    def leave(self, *names: str) -> None:
        """Let tasks that are inside leave."""
        for name in names:
            self.gates[name].set()

    def say(self) -> str:
        """Tell who is where."""
        gone = {*self.inside, *self.refused, *(name for name, task in self.tasks.items() if task.done())}
        waiting = [name for name in self.tasks if name not in gone]
        parts = (("inside", sorted(self.inside)), ("waiting", sorted(waiting)), ("refused", sorted(self.refused)))
        return "; ".join(f"{what}: {' '.join(names) or 'nobody'}" for what, names in parts)

    async def expect(self, inside: str, waiting: str, refused: str, *, after: str, hint: str, belief: str = "") -> None:
        """Raise Wrong unless the tasks are where they should be, as soon as that is so or after a while."""
        parts = (("inside", inside), ("waiting", waiting), ("refused", refused))
        expected = "; ".join(f"{what}: {' '.join(sorted(names.split())) or 'nobody'}" for what, names in parts)
        end = monotonic() + CALM
        await run_dry()
        while self.say() != expected and monotonic() < end:
            await asyncio.sleep(0.005)
        strange = next(
            (each for each in self.raised.values() if not isinstance(each, LookupError | asyncio.CancelledError)), None
        )
        if strange is not None:
            self.blame(strange, after)
        expect(self.say(), expected, called=f"{self.called}, {after}", hint=hint, belief=belief)

    def blame(self, strange: BaseException, after: str) -> None:
        """Raise what came out of `enter()`: as it is where a line of the learner's raised it, else in words."""
        frames = traceback.extract_tb(strange.__traceback__)
        if any(frame.filename == store.__file__ for frame in frames):
            raise strange
        hints = {TypeError: "`enter` keeps its @asynccontextmanager, and is inside where it says `yield`.",
                 RuntimeError: "Whoever catches a CancelledError raises it again, and does not go on to the `yield`."}  # fmt: skip
        hint = next(
            (hint for kind, hint in hints.items() if isinstance(strange, kind)),
            "Only Full, and what is raised inside, may come out of `enter()`.",
        )
        raise Wrong(called=f"`async with admission.enter()` of {self.called}, {after}", got=f"{type(strange).__name__}: {strange}",
                    expected="the block runs, or Full is raised", hint=hint) from strange  # fmt: skip

    async def end(self) -> None:
        """End all tasks."""
        for task in self.tasks.values():
            task.cancel()
        await asyncio.wait(self.tasks.values(), timeout=1)


async def run_dry() -> None:
    """Let everybody run who can."""
    for _ in range(20):
        await asyncio.sleep(0)


def play(work: Callable[[Queue], Awaitable[None]], inside: int, waiting: int) -> None:
    """Run a play on an Admission."""

    async def main() -> None:
        queue = Queue(inside, waiting)
        try:
            await work(queue)
        finally:
            await queue.end()

    run(main())


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run on an event loop, and raise Wrong if it does not end."""

    async def bounded() -> None:
        async with asyncio.timeout(4 * LONGEST):
            await work

    try:
        asyncio.run(bounded())
    except TimeoutError as problem:
        raise Wrong(called="the store", got="it does not come to an end", expected="an end",
                    hint="Something waits for what nobody does.") from problem  # fmt: skip


@pytest.mark.task(
    2,
    "So many inside, so many waiting",
    hint="How many are here, inside and waiting together, when the next one comes?",
)
def test_counts() -> None:
    """Two get in, three wait, the sixth is refused at once; whoever waits longest is next; all places can be used again."""

    async def crowd(queue: Queue) -> None:
        queue.send(*"ABCDEF")
        await run_dry()
        await queue.expect("A B", "C D E", "F", after="to which A, B, C, D, E and F came, in this order", hint=AT_ONCE if len(queue.refused) < 2 else NOT_ALL, belief="refusing_loses_shoppers")  # fmt: skip
        queue.leave("A")
        await queue.expect("B C", "D E", "F", after="when A had left", hint="Each that leaves lets the next one in.")
        queue.leave("B")
        queue.send("G")
        await run_dry()
        await queue.expect("C D", "E G", "F", after="when B had left and G had come in the same moment",
                           hint=COUNT_DOWN if "G" in queue.refused else IN_ORDER,
                           belief="queue_is_first_come")  # fmt: skip
        queue.leave("B", "C")
        await queue.expect(
            "D E", "G", "F", after="when B and C had left", hint="Each that leaves lets the next one in."
        )
        queue.leave(*"DEG")
        await queue.expect("", "", "F", after="when all had left", hint="Each that leaves lets the next one in.")
        queue.send(*"HIJKLM")
        await queue.expect("H I", "J K L", "F M", after="when all had left, and six more had come", hint=COUNT_DOWN)  # fmt: skip

    play(crowd, 2, 3)

    async def no_waiting(queue: Queue) -> None:
        queue.send("A", "B")
        await queue.expect(
            "A", "", "B", after="to which A and B came", hint="With room for none to wait, the second is refused."
        )

    play(no_waiting, 1, 0)

    async def two(queue: Queue) -> None:
        other = Queue(1, 0)
        queue.send("A")
        other.send("B")
        await other.expect("B", "", "", after="to which B came, while A was in another Admission", hint="Each Admission counts its own: keep the count in the object, not in the class or the module.")  # fmt: skip
        await other.end()

    play(two, 1, 0)


@pytest.mark.task(
    3,
    "Whoever leaves makes room",
    needs=(2,),
    hint="Which lines run when the block ends by an error, or the task is cancelled?",
)
def test_leaving() -> None:
    """An error inside is passed on and makes room; so does a task that is cancelled inside, while it waits, or just when it gets in."""

    async def errors(queue: Queue) -> None:
        queue.send("A", problem=LookupError("no such lamp"))
        queue.send("B", "C")
        await queue.expect("A", "B C", "", after="to which A, B and C came", hint=AT_ONCE)
        queue.leave("A")
        await queue.expect("B", "C", "", after="when A had left by a LookupError", hint="What is raised skips the lines below the `yield`, unless they stand in a `finally`.",
                           belief="close_at_the_end")  # fmt: skip
        queue.send("D")
        await queue.expect("B", "C D", "", after="when A had left by a LookupError, and D had come", hint="Whoever leaves by an error leaves room for one more: count down in a `finally`.",
                           belief="close_at_the_end")  # fmt: skip
        if not isinstance(queue.raised.get("A"), LookupError):
            raise Wrong(called=f"{queue.called}, which A left by a LookupError", got="nothing was raised out of the block", expected="the LookupError",
                        hint="An Admission counts. Errors belong to whoever is inside: pass them on.")  # fmt: skip

    play(errors, 1, 2)

    async def inside(queue: Queue) -> None:
        queue.send("A", "B")
        await run_dry()
        queue.tasks["A"].cancel()
        await queue.expect("B", "", "", after="when A was cancelled inside", hint="A cancelled task leaves by a CancelledError, which is no Exception: `finally` sees it.")  # fmt: skip

    play(inside, 1, 1)

    async def waits(queue: Queue) -> None:
        queue.send("A", "B", "C")
        await run_dry()
        queue.tasks["B"].cancel()
        await queue.expect(
            "A", "C", "", after="when B was cancelled while it waited, C behind it", hint="B waits no more."
        )
        if not queue.tasks["B"].cancelled():
            raise Wrong(called=f"{queue.called}, where B was cancelled while it waited", got="the cancellation did not arrive", expected="a cancelled task",
                        hint="Whoever catches a CancelledError raises it again.")  # fmt: skip
        queue.send("D", "E")
        await queue.expect("A", "C D", "E", after="when B had been cancelled while it waited, and D and E had come",
                           hint="A shopper who went away while waiting leaves room for one more: count down in a `finally` around the wait as well.")  # fmt: skip
        queue.leave("A")
        await queue.expect("C", "D", "E", after="when B had been cancelled while it waited, and A had left",
                           hint="The place goes to the next one who still waits.")  # fmt: skip

    play(waits, 1, 2)

    async def handed_over(queue: Queue) -> None:
        queue.send("A", "B", "C")
        await run_dry()
        queue.leave("A")
        while "A" in queue.inside:
            await asyncio.sleep(0)
        queue.tasks["B"].cancel()
        await run_dry()
        lost = "The place was B's already, and was lost with it. asyncio.Semaphore passes it on; a future of your own must, too."
        swallowed = "B was cancelled, and is inside all the same: before Python 3.12 `asyncio.wait_for` swallows a cancellation that meets its result."
        await queue.expect("C", "", "", after="when A had left and B, who was next, was cancelled in the same moment",
                           hint=swallowed if "B" in queue.inside else lost)  # fmt: skip

    play(handed_over, 1, 2)


@asynccontextmanager
async def shopping(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client that speaks to the store; what the store raises is a 500."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://store") as client:
        yield client


def engine_with(**settings: Any) -> Engine:
    """Make an engine on the exercise's own tables."""
    return create_engine(database_url(), connect_args={"options": f"-c search_path={SCHEMA}"}, **settings)


@pytest.fixture
def admin() -> Iterator[Engine]:
    """Make the tables, and take them away whoever has locked them."""
    engine = engine_with(poolclass=NullPool)
    with engine.begin() as connection:
        for line in (f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}",
                     "CREATE TABLE products AS SELECT 'lamp' AS name, 39 AS price UNION SELECT 'chair', 12"):  # fmt: skip
            connection.execute(text(line))
    yield engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(END_LOCKS, {"schema": SCHEMA})
        connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    engine.dispose()


def check_refusal(answer: httpx.Response, called: str) -> None:
    """Raise Wrong unless an answer says that the store is busy, and when to come again."""
    belief = "refusing_loses_shoppers"
    if answer.status_code != 503:
        hints = {429: "429 says that the shopper asks too often. It is the store that is busy.", 504: "504 is for a gateway whose server did not answer.",
                 500: "No handler was there for sqlalchemy.exc.TimeoutError, which is no kind of Python's TimeoutError."}  # fmt: skip
        raise Wrong(called=called, got=f"{answer.status_code}: {answer.text[:80]}", expected="503, Service Unavailable",
                    hint=hints.get(answer.status_code, "503 says: not now, and not your fault."), belief=belief)  # fmt: skip
    after = answer.headers.get("Retry-After", "")
    if not after.isdecimal() or not 1 <= int(after) <= 60:
        raise Wrong(called=f"the header Retry-After of {called}", got=after or "there is none", expected="whole seconds, such as 2",
                    hint="It tells other services and proxies how long to stay away; without it they come again as they like.")  # fmt: skip


@pytest.mark.postgresql
@pytest.mark.task(
    4, "A full pool is a 503", needs=(1,), hint="Which exception does the pool raise, and of which module is it?"
)
def test_full_pool(admin: Engine) -> None:
    """No connection in time is a 503 with Retry-After, a missing product a 404, a missing table a 500; afterwards all is well."""
    engine = engine_with(pool_size=1, max_overflow=0, pool_timeout=0.05)
    app = call(store.create_app, engine)
    expect_type(app, FastAPI, called="create_app(engine)")

    async def visit() -> None:
        async with shopping(app) as client:
            expect(
                await get(client, PRODUCT),
                (200, {"name": "lamp", "price": 39}),
                called=f"GET {PRODUCT}",
                hint="The stub's query was right.",
            )
            expect(await get(client, "/health"), (200, {"store": "open"}), called="GET /health", hint="As in the stub.")
            with engine.connect():
                check_refusal(await client.get(PRODUCT), f"GET {PRODUCT}, while the only connection is in use")
            expect((await get(client, PRODUCT))[0], 200, called=f"the status of GET {PRODUCT}, when the connection was returned", hint="A refusal changes nothing.")  # fmt: skip
            expect(
                (await get(client, "/products/unicorn"))[0],
                404,
                called="the status of GET /products/unicorn",
                hint="Other errors stay what they are.",
            )
            with admin.begin() as connection:
                connection.execute(text("ALTER TABLE products RENAME TO goods"))
            status = (await get(client, PRODUCT))[0]
            with admin.begin() as connection:
                connection.execute(text("ALTER TABLE goods RENAME TO products"))
            expect(status, 500, called=f"the status of GET {PRODUCT} while there is no such table",
                   hint="Coming again will not help: only the pool's TimeoutError means that it is full.", belief="every_error_is_busy")  # fmt: skip

    try:
        run(visit())
    finally:
        engine.dispose()


async def get(client: httpx.AsyncClient, path: str) -> tuple[int, Any]:
    """Ask; give the status and the answer."""
    answer = await client.get(path)
    with suppress(ValueError):
        return answer.status_code, answer.json()
    return answer.status_code, answer.text[:80]


class Crowd:
    """Requests on their way, in the order in which they came."""

    def __init__(self, client: httpx.AsyncClient, number: int, *paths: str) -> None:
        self.requests = [
            asyncio.create_task(client.get(path)) for path, _ in zip(cycle(paths), range(number), strict=False)
        ]

    @property
    def answered(self) -> list[httpx.Response]:
        """Give the answers so far."""
        return [each.result() for each in self.requests if each.done() and not each.cancelled()]

    @property
    def pending(self) -> list[asyncio.Task[httpx.Response]]:
        """Give the requests without an answer."""
        return [each for each in self.requests if not each.done()]

    async def settle(self, number: int) -> None:
        """Wait until so many have been answered, or until nothing changes any more."""
        last, since = -1, monotonic()
        while len(self.answered) < number and monotonic() - since < CALM:
            if len(self.answered) != last:
                last, since = len(self.answered), monotonic()
            await asyncio.sleep(0.01)

    def statuses(self) -> str:
        """Tell how many were answered with what."""
        answers = [each.status_code for each in self.answered]
        counts = [f"{answers.count(status)} × {status}" for status in sorted(set(answers))]
        return ", ".join([*counts, *([f"{len(self.pending)} without an answer"] if self.pending else [])])

    def cancel(self) -> None:
        """End what is left."""
        for each in self.requests:
            each.cancel()


@pytest.mark.postgresql
@pytest.mark.task(
    5,
    "A locked table",
    needs=(3, 4),
    hint="Where must a request be refused, so that it has taken neither a thread nor a connection?",
)
def test_lock(admin: Engine) -> None:
    """While the table is locked, 15 are inside, 30 wait and 55 of 100 are refused; when it is free, the 45 are answered, and all who come."""
    engine = engine_with(pool_size=5, max_overflow=0, pool_timeout=4 * LONGEST)
    app = call(store.create_app, engine)

    async def visit() -> None:
        async with shopping(app) as client:
            for hint in (ROOM, "A request that ends in an error leaves, too."):
                missing = Crowd(client, INSIDE + WAITING, "/products/unicorn")
                await missing.settle(INSIDE + WAITING)
                statuses = missing.statuses()
                missing.cancel()
                expect(
                    statuses,
                    f"{INSIDE + WAITING} × 404",
                    called=f"{INSIDE + WAITING} × GET /products/unicorn at once",
                    hint=hint,
                )
            with admin.connect() as connection:
                connection.execute(text("LOCK TABLE products IN ACCESS EXCLUSIVE MODE"))
                crowd = Crowd(client, CROWD, *PRODUCTS)
                try:
                    await while_locked(client, crowd)
                    connection.rollback()
                    await afterwards(client, crowd)
                finally:
                    crowd.cancel()
                    connection.rollback()

    try:
        run(visit())
    finally:
        engine.dispose()


async def while_locked(client: httpx.AsyncClient, crowd: Crowd) -> None:
    """Raise Wrong unless those who find no room are refused at once, and nobody else."""
    called = f"{CROWD} × GET {' or '.join(PRODUCTS)} at once, while the table is locked"
    await crowd.settle(CROWD - INSIDE - WAITING)
    health = asyncio.create_task(get(client, "/health"))
    await asyncio.wait([health], timeout=LONGEST / 2)
    if not health.done():
        health.cancel()
        now = current_default_thread_limiter().statistics()
        raise Wrong(called=f"GET /health, after {called}", got=f"no answer; {now.borrowed_tokens} of {math.floor(now.total_tokens)} threads are taken",
                    expected="200", hint="All threads belong to requests that wait. Let fewer in than there are threads; let the others wait in an `async def`, which needs none.",
                    belief="refusing_loses_shoppers")  # fmt: skip
    expect(health.result(), (200, {"store": "open"}), called="GET /health, while the table is locked",
           hint="Whoever watches the store would take it for dead and restart it.")  # fmt: skip
    refused = [answer for answer in crowd.answered if answer.status_code != 200]
    if len(crowd.answered) != CROWD - INSIDE - WAITING:
        hint = AT_ONCE if len(refused) < CROWD - INSIDE - WAITING else ROOM
        raise Wrong(called=called, got=crowd.statuses(), expected=f"{CROWD - INSIDE - WAITING} × 503, {INSIDE + WAITING} without an answer yet",
                    hint=hint, belief="refusing_loses_shoppers")  # fmt: skip
    for answer in refused:
        check_refusal(answer, f"a refused GET {PRODUCT}")
    threads = current_default_thread_limiter().statistics().borrowed_tokens
    if threads > INSIDE:
        raise Wrong(called=called, got=f"{threads} threads are taken", expected=f"at most {INSIDE}: one for each who is inside",
                    hint=f"Let {INSIDE} in. The {WAITING} who wait need no thread, in an `async def`.")  # fmt: skip


async def afterwards(client: httpx.AsyncClient, crowd: Crowd) -> None:
    """Raise Wrong unless all who were let in are answered, and the next crowd as well."""
    called = "the requests that were not refused, after the lock is gone"
    await crowd.settle(CROWD)
    good = [answer for answer in crowd.answered if answer.status_code == 200]
    if len(good) != INSIDE + WAITING:
        now = current_default_thread_limiter().statistics()
        raise Wrong(called=called, got=f"{len(good)} of {INSIDE + WAITING} answered, {len(crowd.pending)} without an answer; {now.borrowed_tokens} of {math.floor(now.total_tokens)} threads are taken",
                    expected="all answered", hint=CLIFF, belief="recovers_by_itself")  # fmt: skip
    again = Crowd(client, INSIDE + WAITING, *PRODUCTS)
    await again.settle(INSIDE + WAITING)
    statuses = again.statuses()
    again.cancel()
    expect(statuses, f"{INSIDE + WAITING} × 200", called=f"{INSIDE + WAITING} × GET {PRODUCT} or another at once, after the lock is gone",
           hint="Whoever was answered or refused has left: nobody of them counts any more.", belief="recovers_by_itself")  # fmt: skip
