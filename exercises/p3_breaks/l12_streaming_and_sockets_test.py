"""Read the store's answers as slow clients do: the pool is looked at with each piece, and while nobody says anything."""

from asyncio import Event, get_running_loop, sleep
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from re import fullmatch
from sqlite3 import Error, connect
from sys import platform
from typing import Any

import l12_streaming_and_sockets as store
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, event

from poolschool.checks import CallNote, Wrong, call, count_connections, expect, expect_type

POOL = "QueuePool, pool_size 2, max_overflow 0"
BATCH, MANY, FEW = 500, 10_000, 2_000
MOST_TICKS = 40  # of a stream that ends only when its client leaves
FIRST, MOST = 10, 100  # statements until the first piece, and until the last
GAP = 30_000  # between two numbers in the middle: deleted orders leave such gaps
TABLES = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, product TEXT);
CREATE TABLE stock (product TEXT PRIMARY KEY, pieces INTEGER);
INSERT INTO stock VALUES ('lamp', 40), ('chair', 9), ('table', 0);
"""
ORDER = r"\d+ \w+"  # a line
YIELD = ("A session's block around a `yield` is open while the piece goes out. Read a batch, end the session, then yield."),  "over_at_return"  # fmt: skip
AHEAD = "Rows of all orders, or all their numbers, are kept for each client, in memory or in a file. Ask for one batch, send it, and then ask for the next."
SORT = "Sort by number in each batch: without ORDER BY, rows come in any order, and here from the last to the first."
Play = Callable[[], Awaitable[None]]


@dataclass
class Answer:
    """What a client has received, and what was in use whenever a piece went out."""

    path: str
    status: int = 0
    text: str = ""
    pieces: int = 0
    ended: bool = False
    problem: Exception | None = None
    in_use: list[int] = field(default_factory=list)
    left: Event = field(default_factory=Event)

    @property
    def odd(self) -> list[str]:
        """The lines that are no orders."""
        return [line for line in self.text.splitlines() if not fullmatch(ORDER, line)]

    @property
    def numbers(self) -> list[int]:
        """The orders' numbers; raises Wrong if a line is no order."""
        if self.odd:
            raise Wrong(called=f"the lines of GET {self.path}", got=f"a line {self.odd[0][:100]!r}", expected="orders only, as `as_lines` writes them",
                        hint="This client takes each line for an order. A last line that says how many there were is good where both sides have agreed on it.")  # fmt: skip
        return [int(line.split()[0]) for line in self.text.splitlines()]


class Shop:
    """The store's application on a pool of two, and clients that stand where a server stands."""

    def __init__(self, file: Path, seen: Any) -> None:
        self.seen, self.statements, self.on_loop = seen, 0, 0
        self.rows, numbers = dict[int, Any](), count()
        # Called for each row: not a function with statements, each of which is looked at while a class is graded.
        self.keep_row = lambda _, row: self.rows.setdefault(next(numbers), row)
        self.beside = connect(file, isolation_level=None, timeout=1, check_same_thread=False)
        self.beside.executescript(TABLES)
        self.place(FEW)
        self.engine = create_engine(f"sqlite:///{file}", pool_size=2, max_overflow=0, pool_timeout=0.1)
        self.at_tick: Play | None = None
        self.ticks, self.reader = 0, Answer("")
        self.app: Any = call(store.create_app, self.engine, self.tick)
        expect_type(self.app, FastAPI, called="create_app(engine, tick)")

    def place(self, orders: int) -> None:
        """Place so many orders; their numbers rise, with gaps."""
        last = self.beside.execute("SELECT max(id) FROM orders").fetchone()[0] or 4
        numbers = [last + 3 * place + GAP * (place > orders // 2 > 0) for place in range(1, orders + 1)]
        self.beside.execute("BEGIN")
        self.beside.executemany("INSERT INTO orders VALUES (?, 'lamp')", [(number,) for number in numbers])
        self.beside.execute("COMMIT")

    def numbers(self) -> list[int]:
        """Give the numbers of all orders that are there."""
        return [number for (number,) in self.beside.execute("SELECT id FROM orders ORDER BY id")]

    @property
    def fetched(self) -> int:
        """Rows that were read from the database."""
        return len(self.rows)

    async def tick(self) -> None:
        """Stand for the time that passes until the store looks again."""
        if self.at_tick:
            await self.at_tick()
        self.ticks += 1
        if self.ticks > MOST_TICKS:  # nothing is sent: nobody goes on listening
            self.reader.left.set()
        await let_others_go_on()

    async def read(self, path: str, at_piece: Callable[[Answer], Awaitable[None]] | None = None) -> Answer:
        """Ask, and read the answer piece by piece; between two pieces, the client does what `at_piece` says."""
        answer, asked = Answer(path), False
        self.reader = answer

        async def receive() -> Any:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await answer.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            answer.status = message.get("status", answer.status)
            answer.text += message.get("body", b"").decode()
            if message["type"] == "http.response.body":
                answer.ended = not message.get("more_body")
            if message.get("more_body") and message["body"]:
                answer.pieces += 1
                answer.in_use.append(self.seen.not_returned)
                if at_piece:
                    await at_piece(answer)
                await let_others_go_on()

        scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET", "scheme": "http",
                 "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [], "client": ("client", 1), "server": ("store", 80)}  # fmt: skip
        CallNote.text = f"GET {path}"
        try:
            await self.app(scope, receive, send)
        except Exception as problem:  # a server would log it; the checks say whether it was right to raise
            answer.problem = problem
        return answer

    async def talk(self, questions: list[str | Play]) -> tuple[list[str], list[int], list[int]]:
        """Ask on a websocket; give the answers, and what was in use whenever the store waited for a question, and whenever it answered."""
        answers, in_use, sending, rest = list[str](), list[int](), list[int](), list(questions)

        async def receive() -> Any:
            if not answers and len(rest) == len(questions) and not in_use:
                in_use.append(0)  # the hand-shake
                return {"type": "websocket.connect"}
            in_use.append(self.seen.not_returned)
            while rest:
                if isinstance(question := rest.pop(0), str):
                    return {"type": "websocket.receive", "text": question}
                await question()
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            if message["type"] == "websocket.send":
                answers.append(str(message.get("text")))
                sending.append(self.seen.not_returned)

        scope = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws", "path": "/stock", "raw_path": b"/stock",
                 "query_string": b"", "root_path": "", "headers": [], "client": ("client", 1), "server": ("store", 80), "subprotocols": []}  # fmt: skip
        CallNote.text = "the websocket /stock"
        await self.app(scope, receive, send)
        return answers, in_use, sending

    def play(self, scene: Play) -> None:
        """Play a scene where the application runs: on the event loop of a test client, in the page too."""

        async def stage(scope: Any, receive: Any, send: Any) -> None:
            await scene()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

        TestClient(stage).get("/")

    def check_failed(self, called: str) -> None:
        """Raise Wrong if something is in use after a query has raised."""
        expect(self.seen.not_returned, 0, called=f"in use after {called}, and the database failed", belief="with_always_ends",
               hint="A `close()` that stands after a query is skipped when the query raises. A `with` block around the query ends in either case.")  # fmt: skip

    def check_threads(self, called: str) -> None:
        """Raise Wrong if a query stopped the event loop; a page has no other thread."""
        if platform != "emscripten":
            expect(self.on_loop, 0, called=f"queries on the event loop's own thread, by {called}", belief="sync_call_is_short",
                   hint="While such a query waits, for its rows or for the pool, nobody at all is answered. `await run_in_threadpool(function, …)` asks on a thread.")  # fmt: skip

    def check_left(self, called: str) -> None:
        """Raise Wrong if something is in use though everybody is gone, or came from another pool."""
        expect(self.seen.not_returned, 0, called=f"in use after {called}", belief="function_scope_frees_streams",
               hint="Who closes the session that read last? One that was closed before begins anew at its next query, and nobody closes it then.")  # fmt: skip
        expect([pool for pool in self.seen.pools if pool != POOL], [], called="other pools that the store borrows from",
               hint="The engine is right as it is: more connections only let more slow readers in.", belief="bigger_pool_mends")  # fmt: skip


async def let_others_go_on() -> None:
    """Let whoever can go on do so: a client that has left is noticed."""
    for _ in range(3):
        await sleep(0)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Open a shop with two thousand orders."""
    with count_connections(keep_alive=True) as seen:
        shop = Shop(tmp_path / "store.db", seen)

        def count_rows(raw: Any, _: Any) -> None:
            raw.row_factory = shop.keep_row
            raw.execute("PRAGMA reverse_unordered_selects = ON")  # who does not sort has no order by luck

        def count_statement(*_: Any) -> None:
            shop.statements += 1
            with suppress(RuntimeError):
                get_running_loop()
                shop.on_loop += 1

        event.listen(Engine, "connect", count_rows)
        event.listen(Engine, "before_cursor_execute", count_statement)
        try:
            yield shop
        finally:
            event.remove(Engine, "connect", count_rows)
            event.remove(Engine, "before_cursor_execute", count_statement)
            with suppress(Exception):
                shop.beside.close()
                shop.engine.dispose()


@pytest.mark.task(
    1, "Ten thousand orders, and nothing in use", hint="Where does the `with` block of the session end: before the yield, or after it?"
)  # fmt: skip
def test_holds_nothing(shop: Shop) -> None:
    """Two clients read; others are answered meanwhile; the answer is complete, in order, and read batch by batch."""
    called = f"GET /orders, with {MANY:,} orders"
    statuses, ahead, bens, busy = list[int](), list[int](), 0, 0

    def check_statements(most: int, until: str) -> None:
        if shop.statements > most:
            eager = shop.fetched > 2 * BATCH and not statuses
            raise Wrong(called=f"{called}, {until}", got=f"{shop.statements:,} statements, {shop.fetched:,} rows", expected=f"at most {most} statements",
                        hint=AHEAD if eager else f"One statement for each {BATCH} orders, not one for each.")  # fmt: skip

    async def others(ben: Answer) -> None:
        nonlocal busy
        busy = shop.seen.not_returned
        statuses.extend([(await shop.read("/stock/lamp")).status for _ in range(3)])
        ben.left.set()

    async def ann_reads(ann: Answer) -> None:
        nonlocal bens
        if ann.pieces == 1:
            if ann.numbers != sorted(ann.numbers):
                raise Wrong(
                    called=f"{called}, its first piece",
                    got=f"{ann.numbers[:3]}, and so on",
                    expected="sorted by number",
                    hint=SORT,
                )
            check_statements(FIRST, "until the first piece goes out")
            before, holds = shop.fetched, shop.seen.not_returned
            ben = await shop.read("/orders", others)
            if not statuses and not ann.problem and holds:
                raise Wrong(called="GET /orders for Ben, while Ann has read one piece", got=f"a {ben.status} and no piece", expected="a 200 and the first piece",
                            hint=f"{holds} of 2 in use while Ann's piece goes out. {YIELD[0]}", belief=YIELD[1])  # fmt: skip
            bens = shop.fetched - before
        check_statements(MOST, f"until piece {ann.pieces:,} goes out")
        ahead.append(shop.fetched - bens - ann.text.count("\n"))

    async def scene() -> None:
        ann = await shop.read("/orders", ann_reads)
        if ann.problem and not statuses:
            raise ann.problem
        expect(statuses, [200, 200, 200], called="three times GET /stock/lamp, while Ann and Ben read one piece of GET /orders",
               hint=f"{busy} of 2 in use while a piece goes out. {YIELD[0]}", belief=YIELD[1])  # fmt: skip
        expect(
            max(ann.in_use, default=0),
            0,
            called=f"in use while a piece of {called} goes out",
            hint=YIELD[0],
            belief=YIELD[1],
        )
        if ann.problem:
            raise ann.problem
        check_numbers(ann.numbers, shop.numbers(), called)
        expect(
            ann.text.splitlines()[0],
            f"{shop.numbers()[0]} lamp",
            called=f"the first line of {called}",
            hint="as_lines was right.",
        )
        if max(ahead) > 2 * BATCH:
            raise Wrong(called=called, got=f"{max(ahead):,} rows were read ahead of the client", expected=f"at most {2 * BATCH:,}",
                        hint=AHEAD, belief="cursor_holds_nothing")  # fmt: skip

    shop.place(MANY - FEW)
    shop.play(scene)
    shop.check_left(called)


def check_numbers(got: list[int], expected: list[int], called: str) -> None:
    """Raise Wrong unless all orders were told, once and in order."""
    if got == expected:
        return
    missing, twice = sorted(set(expected) - set(got)), len(got) - len(set(got))
    if got != sorted(got):
        hint = SORT
    elif missing:
        hint = f"Number {missing[0]} is the first that is missing. Numbers have gaps, also large ones: begin after the last that was read, and take as many as there are."
    else:
        hint = "The next batch begins after the last number of the one before, not with it."
    raise Wrong(called=called, got=f"{len(got):,} lines, {len(missing):,} orders missing, {twice:,} told twice{', in another order' * (not missing and not twice)}",
                expected=f"{len(expected):,} lines, sorted by number", hint=hint)  # fmt: skip


@pytest.mark.task(
    2, "Orders go and come meanwhile", needs=(1,), hint="What stays the same about an order when others are deleted?"
)
def test_meanwhile(shop: Shop) -> None:
    """No order is left out because others were deleted; what was placed later is not told, so that the answer ends."""
    there = shop.numbers()
    gone = [*there[:10], *there[1200:1205]]

    async def meanwhile(answer: Answer) -> None:
        if answer.pieces == 1:
            shop.beside.executemany("DELETE FROM orders WHERE id = ?", [(number,) for number in gone])
        if answer.pieces <= 6:
            shop.place(BATCH + 100)

    async def scene() -> None:
        answer = await shop.read("/orders", meanwhile)
        if answer.problem:
            raise answer.problem
        called = "GET /orders, while 15 orders are deleted, and 600 are placed, after the first piece"
        told = {*answer.numbers, *gone}
        missing = [number for number in there if number not in told]
        if missing:
            raise Wrong(called=called, got=f"{len(missing)} orders are left out that were there all the time", expected="none left out",
                        hint="OFFSET skips rows: when one is deleted, the next moves into its place and is skipped. A number stays what it is: WHERE id > :last.",
                        belief="offset_is_a_place")  # fmt: skip
        if later := [number for number in answer.numbers if number > there[-1]]:
            hint = "Where orders are placed faster than the client reads, this answer never ends."
            if len(answer.numbers) == len(there):
                hint = "A count says how many, not which: for each order that is deleted, one that was placed later is told."
            raise Wrong(called=called, got=f"{len(later):,} orders that were placed later", expected="only those that were there before",
                        hint=f"{hint} Ask for the highest number first, and stop at it.", belief="batches_see_one_moment")  # fmt: skip
        check_numbers(
            [number for number in answer.numbers if number not in gone],
            [number for number in there if number not in gone],
            called,
        )

    shop.play(scene)


@pytest.mark.task(
    3, "Errors, and a client that leaves", needs=(1,), hint="What can the client be told when its 200 is already sent?"
)
def test_errors(shop: Shop) -> None:
    """What fails before the first piece is a 500; what fails later does not look like the end; who has left is read for no longer."""

    async def breaks(answer: Answer) -> None:
        if answer.pieces == 2:
            shop.beside.execute("ALTER TABLE orders RENAME TO lost")

    async def leaves(answer: Answer) -> None:
        if answer.pieces == 2:
            answer.left.set()

    async def scene() -> None:
        answer = await shop.read("/orders", breaks)
        called = "GET /orders, and the database fails after the second piece"
        if answer.ended:
            told = len(answer.text.splitlines()) - len(answer.odd)
            hint = (
                "A line that tells an error is one more line, and the end after it is proper."
                if answer.odd
                else "The client takes it for the whole."
            )
            raise Wrong(called=called, got=f"a 200 and its proper end, after {told:,} of {FEW:,} orders", expected="an answer without an end",
                        hint=f"{hint} Raise in mid-stream: the answer then stops without its end, and the client knows.", belief="status_tells_all")  # fmt: skip
        answer = await shop.read("/orders")
        expect(answer.status, 500, called="the status of GET /orders, when the database fails at once",
               hint="Before the `return` there is still a status to send: read the first batch there, with next(), and send it first.", belief="status_tells_all")  # fmt: skip
        shop.check_failed("GET /orders was read twice")
        shop.beside.execute("ALTER TABLE lost RENAME TO orders")
        answer = await shop.read("/orders", leaves)
        await let_others_go_on()
        expect(
            shop.seen.not_returned,
            0,
            called="in use after a client has left GET /orders",
            hint=YIELD[0],
            belief="with_always_ends",
        )
        if answer.pieces > 3:
            raise Wrong(called="GET /orders, whose client leaves after the second piece", got=f"{answer.pieces} pieces", expected="2 or 3 pieces",
                        hint="Nobody reads any more: let CancelledError and GeneratorExit through.")  # fmt: skip
        shop.beside.execute("DELETE FROM orders")
        answer = await shop.read("/orders")
        expect(
            (answer.status, answer.text),
            (200, ""),
            called="GET /orders of a store without orders",
            hint="No orders: a 200 and an empty answer. next() of an empty generator raises StopIteration, unless it is given what to return instead.",
        )

    shop.play(scene)
    shop.check_left("GET /orders, twice failed and once left")


@pytest.mark.task(4, "News for whoever listens", needs=(1,), hint="When does the session of an event end?")
def test_news(shop: Shop) -> None:
    """Each tick is followed by an event with the newest number; nothing is in use while it is sent, until the next tick, and after a failure."""
    newest, ticks = shop.numbers()[-1], list[int]()

    async def at_tick() -> None:
        ticks.append(shop.seen.not_returned)
        if len(ticks) != 2:  # at the second, nothing has changed
            shop.place(1)

    async def listen(answer: Answer) -> None:
        if answer.pieces >= 4:
            answer.left.set()

    async def scene() -> None:
        shop.at_tick = at_tick
        answer = await shop.read("/news", listen)
        if answer.problem:
            raise answer.problem
        hint = ("Between two events the store waits, for seconds or hours. Ask in a session of its own, in a block that ends before the `yield`.")  # fmt: skip
        if ticks:
            expect(
                max(ticks),
                0,
                called="in use while GET /news waits for the next tick",
                hint=hint,
                belief="idle_holds_nothing",
            )
        expect(
            max(answer.in_use, default=0),
            0,
            called="in use while an event of GET /news goes out",
            hint=hint,
            belief="idle_holds_nothing",
        )
        check_events(answer.text, [newest, newest + 3, newest + 3, newest + 6])
        shop.check_threads("GET /news")

    shop.play(scene)
    shop.check_left("GET /news, whose client has left")
    shop.play(lambda: fail_at_second_look(shop))
    shop.check_failed("GET /news has sent an event")


def check_events(got: str, numbers: list[int]) -> None:
    """Raise Wrong unless these events were sent first."""
    events = "".join(f"data: {number}\n\n" for number in numbers)
    lines, expected = [line for line in got.splitlines() if line], [line for line in events.splitlines() if line]
    hint = "An event, then `await tick()`, then look again."
    if lines[: len(expected)] == expected:
        hint = "An event ends with an empty line: two `\\n`. Without it, all of them are one event that has not ended."
    elif lines[:1] == expected[:1] and len(lines) == len(set(lines)):
        hint = "After each tick an event, also when nothing has changed: a listener that hears nothing cannot tell a quiet store from a broken one."
    expect(
        got[: len(events)],
        events,
        called="four events of GET /news, with an order placed at the first tick and the third",
        hint=hint,
    )


async def fail_at_second_look(shop: Shop) -> None:
    """Listen to the news while the database fails."""

    async def breaks() -> None:
        with suppress(Error):  # not twice
            shop.beside.execute("ALTER TABLE orders RENAME TO lost")

    shop.at_tick = breaks
    await shop.read("/news")


@pytest.mark.task(5, "A websocket that is open all day", needs=(1,), hint="How long is a question, and how long a day?")
def test_socket(shop: Shop) -> None:
    """Each question is answered with what is left now; nothing is in use while it is answered, until the next question, and after a failure."""

    async def sell() -> None:
        shop.beside.execute("UPDATE stock SET pieces = 39 WHERE product = 'lamp'")

    async def breaks() -> None:
        shop.beside.execute("ALTER TABLE stock RENAME TO lost")

    async def scene() -> None:
        answers, in_use, sending = await shop.talk(["lamp", "chair", sell, "lamp", "table", "unicorn"])
        expect(max(in_use), 0, called="in use while the websocket /stock waits for a question",
               hint="The session of a dependency lives as long as the websocket. A question needs one: in a block that ends before the store waits again.",
               belief="idle_holds_nothing")  # fmt: skip
        expect(max(sending, default=0), 0, called="in use while an answer of the websocket /stock goes out",
               hint="Sending waits as well, for a client that reads slowly. End the block of the session, and then `await websocket.send_text(…)`.",
               belief="idle_holds_nothing")  # fmt: skip
        hint = "The stub's answers were right: ask the database for each question."
        if answers[3:4] == ["unknown"]:
            hint = "0 pieces are a number; only what is not there at all is unknown. Compare with None."
        expect(answers, ["40", "9", "39", "0", "unknown"], hint=hint,
               called="the answers on /stock to lamp, chair, lamp (one was sold meanwhile), table (none left), unicorn")  # fmt: skip
        shop.check_threads("the websocket /stock")

    async def failing_scene() -> None:
        with suppress(Exception):  # a server would log it
            await shop.talk([breaks, "lamp"])

    shop.play(scene)
    shop.check_left("the websocket /stock was closed")
    shop.play(failing_scene)
    shop.check_failed("a question on the websocket /stock")
