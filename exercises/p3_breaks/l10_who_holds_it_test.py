"""Take connections in every way, in requests and outside of them, and compare what the detector says of each."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from contextvars import copy_context
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from re import fullmatch
from typing import Annotated, Any
from warnings import catch_warnings, simplefilter

import l10_who_holds_it as store
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, WebSocket
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.checks import Wrong, advance_clock, between_steps, call, call_elsewhere, expect, expect_type

# A module that takes connections in several ways; the line of each ends in its name.
ORDERS = """from contextlib import ExitStack
from functools import singledispatch
from unittest.mock import Mock
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
def by_connect(engine):
    return engine.connect()  # by_connect
def by_begin(engine):
    with engine.begin() as connection:  # by_begin
        yield connection
def by_session(engine):
    session = Session(engine)
    session.execute(text("SELECT 1"))  # by_session
    return session
def by_raw_connection(engine):
    return engine.raw_connection()  # by_raw_connection
def by_lambda(engine):
    return next(map(lambda it: ExitStack().enter_context(it.connect()), [engine]))  # by_lambda
def by_singledispatch(engine):
    return singledispatch(type(engine).connect)(engine)  # by_singledispatch
def by_mock(engine):
    return Mock(side_effect=engine.connect)()  # by_mock
async def by_async_connect(engine):
    return await engine.connect()  # by_async_connect
async def by_async_session(engine):
    session = AsyncSession(engine)
    await session.execute(text("SELECT 1"))  # by_async_session
    return session
def forget(engine):
    connection = engine.connect()
"""
# Where a store's own module may stand: its names begin or end like a library's.
PLACES = {
    "sqlalchemy_shop.orders": "sqlalchemy_shop/orders.py",
    "sqlalchemyshop": "sqlalchemyshop.py",
    "shop.orders": "lib/python3/site-packages/shop/orders.py",
    "shop.sqlalchemy": "shop/sqlalchemy.py",
    "typing_shop": "contextlib/typing_shop.py",
}
LINES = {
    line.split("# ")[1]: f"orders.py:{number}" for number, line in enumerate(ORDERS.splitlines(), 1) if "# " in line
}
ASYNC = {"by_async_connect", "by_async_session"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the URL of a new database."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def orders(tmp_path: Path) -> dict[str, Any]:
    """Write a module orders.py that takes connections, and load it."""
    return load_orders(tmp_path / "orders.py", "orders")


def load_orders(file: Path, module: str) -> dict[str, Any]:
    """Write the module under a name of its own, and load it."""
    names = {"__name__": module}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(ORDERS, encoding="utf-8")
    exec(compile(ORDERS, str(file), "exec"), names)  # noqa: S102 - our own text, under a file name of its own
    return names


def take(orders: dict[str, Any], way: str, engine: Engine) -> Any:
    """Take a connection in one of the module's ways; what is returned has a close()."""
    taken = orders[way](engine)
    list(islice(taken, 1)) if way == "by_begin" else None
    return taken


# What `serving` is while the checker asks: no endpoint that took a connection.
ASKER = "GET /who-asks"


class Watched:
    """An engine of five and the learner's detector on it."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.engine = create_engine(url, pool_size=5, max_overflow=0, pool_timeout=0, pool_use_lifo=True)
        self.detector = call(store.LeakDetector, self.engine, **settings)

    def holders(self) -> list[store.Holder]:
        """Ask who holds connections."""
        got = copy_context().run(self.ask)
        expect_type(got, list, called="who_holds()")
        for holder in got:
            expect_type(holder, store.Holder, called="an item of who_holds()")
        return list(got)

    def ask(self) -> list[store.Holder]:
        """Ask while another endpoint is served."""
        store.serving.set(ASKER)
        return call(self.detector.who_holds)

    def lines(self) -> list[str]:
        """Ask which lines hold connections."""
        return [holder.line for holder in self.holders()]

    def news(self) -> list[str]:
        """Ask for the news, in alphabetical order."""
        got = call(self.detector.news)
        expect_type(got, list, called="news()")
        return sorted(got, key=str)


def why_not(got: list[str], right: str, stack: list[str]) -> tuple[str, str]:
    """Say what kind of line was named, and the belief behind it; `stack` holds the lines from the checkout outwards."""
    named, belief = str(got[0]) if got else "", "innermost_frame_borrowed"
    file, _, number = right.rpartition(":")
    first, last = lines_of_the_function(int(number))
    if not got:
        return "Nothing was noted. The event `checkout` comes at each checkout, `connect` only when one is opened.", ""
    if f"{store.__name__}.py:" in named:
        return "That is your listener. The line is further out.", belief
    if "/" in named or "\\" in named:
        return "The bare name of the file, without its folders.", ""
    if not fullmatch(r".+:\d+", named):
        return "A line is written as its file and its number, as in orders.py:12.", ""
    if named == f"{file}:{first}":
        return "That is the line of the `def`. A frame's `f_lineno` is the line at which it stands.", ""
    if named not in stack and not named.startswith("<"):
        if named in {f"{file}:{line}" for line in range(first, last + 1)}:
            hint = "It is the right frame, which has gone on since: note the line at the checkout. A kept frame keeps all its variables."
            return hint, "watching_is_free"
        return "That line did not take this connection.", ""
    if named in stack[stack.index(right) + 1 :]:
        hint = "That is too far out: it called the code that took the connection. Stop at the first line outside of all libraries."
        return hint, ""
    if named.startswith("<"):
        return "A Session has a frame without a file. Of which module is it?", belief
    if named.startswith("contextlib.py"):
        return "begin() comes through contextlib: skip Python's own library too.", belief
    if named.startswith(("functools.py", "mock.py")):
        return f"{named.partition(':')[0]} is of Python's own library: skip all of it, packages too.", belief
    return "That is a line of SQLAlchemy's own. The line is further out.", belief


def lines_of_the_function(line: int) -> tuple[int, int]:
    """Give the first and the last line of the function in orders.py that has this line."""
    starts = [n for n, text in enumerate(ORDERS.splitlines(), 1) if text.startswith(("def ", "async def "))]
    return max(start for start in starts if start <= line), min((n - 1 for n in starts if n > line), default=line)


@contextmanager
def watch_checkouts(engine: Engine) -> Iterator[list[str]]:
    """List the "file:line" of each frame of a checkout, from the checkout outwards."""
    stack: list[str] = []

    def checkout(*_: object) -> None:
        frame = sys._getframe(1)
        while frame is not None:
            stack.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
            frame = frame.f_back

    event.listen(engine, "checkout", checkout)
    try:
        yield stack
    finally:
        event.remove(engine, "checkout", checkout)


@pytest.mark.task(1, "The line that took it", hint="Walk outwards from the event until you leave all libraries.")
def test_line(url: str, orders: dict[str, Any], tmp_path: Path) -> None:
    """who_holds names the file and line of the store that took the connection, however and from wherever, new or reused."""
    for way, right in LINES.items():
        if way in ASYNC:
            continue
        watched = Watched(url)
        for again in ("", ", on a connection that was used before"):
            with watch_checkouts(watched.engine) as stack:
                taken = take(orders, way, watched.engine)
            got = watched.lines()
            taken.close()
            hint, belief = why_not(got, right, stack)
            expect(got, [right], called=f"the lines of who_holds() after orders.{way}(engine){again}", hint=hint, belief=belief)  # fmt: skip
        watched.engine.dispose()
    for module, file in PLACES.items():
        watched = Watched(url)
        taken = take(load_orders(tmp_path / file, module), "by_connect", watched.engine)
        right = f"{Path(file).name}:{LINES['by_connect'].rpartition(':')[2]}"
        got = watched.lines()
        taken.close()
        watched.engine.dispose()
        expect(got, [right], called=f"the lines of who_holds() after by_connect(engine) of the store's module {module}, in {file}",
               hint="Only SQLAlchemy and Python's own library are to be skipped. This module is the store's, whatever its name and folder.")  # fmt: skip
    with detector_in_a_package() as packaged:
        engine = create_engine(url)
        detector = call(packaged.LeakDetector, engine)
        taken = take(load_orders(tmp_path / "shop" / "orders.py", "shop.orders"), "by_connect", engine)
        got = [holder.line for holder in call(detector.who_holds)]
        taken.close()
        engine.dispose()
    expect(got, [LINES["by_connect"]], called="the lines of who_holds() after by_connect(engine) of shop/orders.py, with your file as shop/detector.py",
           hint="In a package __name__ is shop.detector, and the first part of it is the store's: skip your own module by its whole name, "
           "and nothing else of its package.")  # fmt: skip


@contextmanager
def detector_in_a_package() -> Iterator[Any]:
    """Load the learner's file once more, as the module shop.detector."""
    spec = spec_from_file_location("shop.detector", store.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[spec.name]


@pytest.mark.task(2, "Only what is in use", needs=(1,), hint="Two events: one enters a connection, one strikes it out.")
def test_only_what_is_in_use(url: str, orders: dict[str, Any]) -> None:
    """who_holds lists the connections in use, strikes out what was returned, and keeps nothing alive itself."""
    watched, other = Watched(url), Watched(url)
    engine, in_use, history = watched.engine, list[tuple[str, Any]](), list[str]()
    for step in ("by_connect", "by_session", "by_connect", 1, "by_lambda", 2, 0, "by_session", 1, "by_connect", 0, 0):
        if isinstance(step, str):
            in_use.append((LINES[step], take(orders, step, engine)))
            history.append(step)
        else:
            line, taken = in_use.pop(step)
            taken.close()
            history.append(f"return of {line}")
        right = [line for line, _ in in_use]
        got = watched.lines()
        hint = "The event `checkin` strikes out the connection that was returned, whichever it is: note them by their record."
        if isinstance(step, str):
            hint = "One entry for each connection, the oldest first; two from the same line are two."
        expect(got, right, called=f"the lines of who_holds() after {', '.join(history)}", hint=hint,
               belief="watching_is_free" if len(got) > len(right) else "")  # fmt: skip
        expect(watched.lines(), right, called=f"the lines of who_holds(), asked a second time after {', '.join(history)}",
               hint="Asking changes nothing: only a checkin strikes out.")  # fmt: skip
    foreign = take(orders, "by_connect", other.engine)
    expect((watched.lines(), other.lines()), ([], [LINES["by_connect"]]),
           called="the lines of who_holds() of two detectors, the second one's engine in use",
           hint="A detector lists the connections of its own engine: listen to that engine, keep the notes in `self`.")  # fmt: skip
    foreign.close()
    other.engine.dispose()
    distant = call_elsewhere(take, orders, "by_connect", engine)
    expect(watched.lines(), [LINES["by_connect"]], called="the lines of who_holds() after by_connect(engine) in another thread",
           hint="All threads take from one pool: one detector has the notes of all.")  # fmt: skip
    distant.close()
    expect(watched.lines(), [], called="the lines of who_holds() after by_connect(engine) in another thread, and close() in this one",
           hint="A connection may be returned by another thread: go by its record.")  # fmt: skip
    broken = take(orders, "by_connect", engine)
    broken.invalidate()
    broken.close()
    expect(watched.lines(), [], called="the lines of who_holds() after invalidate() and close()",
           hint="At this checkin the connection is None; its record is the same as ever. The event `reset` does not come for it.",
           belief="watching_is_free")  # fmt: skip
    leaving = take(orders, "by_connect", engine)
    leaving.detach()
    expect(watched.lines(), [], called="the lines of who_holds() after detach()",
           hint="It has left the pool, and will have no checkin: the event `detach` tells of it.", belief="watching_is_free")  # fmt: skip
    leaving.close()
    check_failed_checkout(url, orders)
    gc.disable()
    orders["forget"](engine)
    left = engine.pool.checkedout()  # type: ignore[attr-defined]
    gc.enable()
    expect(left, 0, called="pool.checkedout() after a connection without a query was dropped",
           hint="Python frees it at once, unless a detector keeps it: a frame holds all its variables.",
           belief="watching_is_free")  # fmt: skip
    engine.dispose()


def check_failed_checkout(url: str, orders: dict[str, Any]) -> None:
    """Raise Wrong unless the pool has its place back after another listener has failed a checkout that was not noted."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0)

    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    event.listen(engine, "checkout", refuse)
    detector = call(store.LeakDetector, engine)
    problem = ""
    try:
        take(orders, "by_connect", engine)
    except ConnectionRefusedError:
        pass
    except Exception as error:
        problem = f"{type(error).__name__} in a listener: {error}"
    event.remove(engine, "checkout", refuse)
    left = engine.pool.checkedout()  # type: ignore[attr-defined]
    got = problem or f"{left} in use, {len(call(detector.who_holds))} listed"
    engine.dispose()
    expect(got, "0 in use, 0 listed", called="the pool and who_holds(), after a listener that is called before yours has failed a checkout",
           hint="This checkin is of a connection that you never noted. What you raise there costs the pool a place for good: strike out "
           "only what is there.", belief="watching_is_free")  # fmt: skip


class Shop:
    """The store's endpoints, which take a connection in an ordinary way each; what is taken stays in use until close()."""

    def __init__(self, watched: Watched, orders: dict[str, Any]) -> None:
        self.taken, self.seen, self.started = list[Any](), list[store.Holder](), False

        def connect() -> None:
            self.taken.append(take(orders, "by_connect", watched.engine))

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> Any:
            self.started = True
            yield

        app = FastAPI(lifespan=lifespan)
        call(store.name_endpoints, app)
        stock = APIRouter(prefix="/stock")

        @app.get("/orders/{number}")
        def order(number: int) -> int:
            connect()
            if number == 404:
                raise HTTPException(404)
            return 100 // number

        @app.post("/orders")
        async def new_order() -> None:
            connect()

        @stock.get("/{name}")
        def in_stock(name: str, _: Annotated[None, Depends(connect)]) -> str:
            return name

        @app.get("/report")
        def report() -> None:
            self.client.get("/orders/3")  # another request, served before this one goes on
            connect()

        @app.get("/pool")
        def pool() -> None:
            self.seen = watched.holders()

        @app.websocket("/prices")
        async def prices(socket: WebSocket) -> None:
            await socket.accept()
            await socket.send_text("39")
            await socket.close()

        app.include_router(stock)
        self.client = TestClient(app, raise_server_exceptions=False)

    def close(self) -> None:
        """Return all that was taken."""
        while self.taken:
            self.taken.pop().close()


@contextmanager
def started(shop: Shop) -> Iterator[None]:
    """Start the app and stop it; an app that does not start is told as such."""
    problem = ""
    with ExitStack() as running:
        try:
            running.enter_context(shop.client)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        if problem or not shop.started:
            raise Wrong(called="the app's lifespan, after name_endpoints(app)", got=problem or "it did not run", expected="it runs",
                        hint="Not everything that an ASGI app is called with is a request: pass on what is none.")  # fmt: skip
        yield


def why_no_endpoint(got: str, method: str, path: str) -> tuple[str, str]:
    """Say what kind of name an endpoint was given, and the belief behind it."""
    if got == ASKER:
        return "Note the endpoint at the checkout: at the question it is the asker's.", ""
    if got == "" and path.startswith("/stock"):
        hint = (
            "The endpoint of an included router: what is set on the app's own router or routes does not reach it. "
            "What all endpoints share is what the app depends on."
        )
        return hint, ""
    if got == "":
        hint = (
            "At the checkout `serving` was not set. What a `def` dependency sets is gone with its thread's copy "
            "of the context; what is set after the endpoint comes too late."
        )
        return hint, "context_reaches_everywhere"
    if got == f"{method} {path}":
        return "That is the path asked for: a name for each number. The route knows it as it was declared.", ""
    if got in ("GET", "POST") or got.startswith("/"):
        return "Method and path, with one space between.", ""
    if "{" in got:
        return (
            "That is another request's. A global variable is everybody's; a context variable is the request's own.",
            "",
        )
    return 'The method and the path as it was declared, as in "GET /orders/{number}".', ""


@pytest.mark.task(
    3,
    "The endpoint it was taken for",
    needs=(1,),
    hint="Look for what all endpoints of an app share, and run it as `async def`.",
)
def test_endpoint(url: str, orders: dict[str, Any]) -> None:
    """Each holder names its endpoint as declared, whoever asks and whenever; the store answers as it did before."""
    watched = Watched(url)
    shop = Shop(watched, orders)
    with started(shop):
        for method, path, right, status in (
            ("GET", "/orders/7", "GET /orders/{number}", 200),
            ("POST", "/orders", "POST /orders", 200),
            ("GET", "/stock/lamp", "GET /stock/{name}", 200),
            ("GET", "/orders/404", "GET /orders/{number}", 404),
            ("GET", "/orders/0", "GET /orders/{number}", 500),
        ):
            called = f"the endpoints of who_holds() after {method} {path}"
            answer = shop.client.request(method, path)
            expect(answer.status_code, status, called=f"the status of {method} {path}, after name_endpoints(app)",
                   hint="The detector watches; the store answers as before.")  # fmt: skip
            got = [holder.endpoint for holder in watched.holders()]
            hint, belief = why_no_endpoint(got[0] if got else "", method, path)
            expect(got, [right], called=called, hint=hint, belief=belief)
            shop.close()
        shop.client.get("/report")
        expect([holder.endpoint for holder in watched.holders()], ["GET /orders/{number}", "GET /report"],
               called="the endpoints of who_holds() after GET /report, which is served around a GET /orders/3",
               hint="A global variable is everybody's: the later request has overwritten it. A context variable is the request's own.")  # fmt: skip
        shop.client.get("/pool")
        expect([holder.endpoint for holder in shop.seen], ["GET /orders/{number}", "GET /report"],
               called="the endpoints of who_holds(), asked by another endpoint",
               hint="Note the endpoint at the checkout: at the question it is the asker's.")  # fmt: skip
        shop.close()
        outside = take(orders, "by_connect", watched.engine)
        expect([holder.endpoint for holder in watched.holders()], [""], called="the endpoints of who_holds(), for a connection taken outside of a request",
               hint="Nothing is served there: `serving` has its default.")  # fmt: skip
        outside.close()
        expect(shop.client.get("/nowhere").status_code, 404, called="the status of GET /nowhere, after name_endpoints(app)",
               hint="A path without a route has no route to ask for its name.")  # fmt: skip
        check_websocket(shop.client)
    watched.engine.dispose()


def check_websocket(client: TestClient) -> None:
    """Raise Wrong unless the store's websocket still answers."""
    try:
        with client.websocket_connect("/prices") as socket:
            got = socket.receive_text()
    except Exception as problem:
        got = type(problem).__name__
    expect(got, "39", called="the first message of the websocket /prices, after name_endpoints(app)",
           hint="A websocket is no Request and has no method: ask for an HTTPConnection, and for scope.get('method').")  # fmt: skip


@pytest.mark.task(
    4, "Late, and returned after all", needs=(2, 3), hint="Note the time at the checkout, and whether it was reported."
)
def test_news(url: str, orders: dict[str, Any]) -> None:
    """news() reports each late connection once, and its return if it was reported; who_holds() tells for how long."""
    watched = Watched(url, patience=30)
    slow, leaked = (take(orders, way, watched.engine) for way in ("by_connect", "by_session"))
    line, other = LINES["by_connect"], LINES["by_session"]

    def news_after(seconds: float, right: list[str], called: str, hint: str) -> None:
        with advance_clock(store, seconds):
            got = watched.news()
        if not got and any(": in use" in text for text in right):
            hint += " The checker moves the clocks, and no timer goes off: compare with a clock at each call of news()."
        expect(got, sorted(right), called=f"news(), {called}", hint=hint)

    with advance_clock(store, 12):
        got = [int(holder.seconds) for holder in watched.holders()]
        expect(got, [12, 12], called="the seconds of who_holds(), 12 seconds after two checkouts (rounded down)",
               hint="Note the time at the checkout; the seconds are counted when somebody asks.")  # fmt: skip
        young = take(orders, "by_raw_connection", watched.engine)
    news_after(29, [], "29 seconds after the checkouts, with a patience of 30", "Nobody is late yet.")
    first = [f"{line}: in use for 31 s", f"{other}: in use for 31 s"]
    news_after(
        31,
        first,
        "31 seconds after two checkouts, with a patience of 30",
        "One text for each late connection, as the stub shows it.",
    )
    news_after(35, [], "asked again 4 seconds later", "Each late connection is reported once: remember that it was.")
    with advance_clock(store, 40):
        young.close()
    news_after(
        50,
        [],
        "after the return of one that was 28 seconds in use",
        "It was never late: there is nothing to say of it.",
    )
    with advance_clock(store, 75):
        slow.close()
        again = take(orders, "by_lambda", watched.engine)
    news_after(100, [f"{line}: returned after 75 s"], "25 seconds after a late one was returned, 75 seconds after its checkout",
               "What was reported is reported once more when it is returned, with the seconds up to its checkin.")  # fmt: skip
    news_after(101, [], "asked again", "A return is reported once.")
    news_after(106, [f"{LINES['by_lambda']}: in use for 31 s"], "31 seconds after the same connection was taken again",
               "The pool hands out the same connection again: what was noted of its last holder is over.")  # fmt: skip
    with advance_clock(store, 200):
        again.close()
        leaked.close()
        take(orders, "by_connect", watched.engine).close()
        expect(watched.news(), sorted([f"{LINES['by_lambda']}: returned after 125 s", f"{other}: returned after 200 s"]),
               called="news(), after two late ones were returned and another was taken and returned at once",
               hint="Two were late and are back; the third was never late.")  # fmt: skip
        expect(
            watched.holders(),
            [],
            called="who_holds(), after all were returned",
            hint="The event `checkin` strikes out.",
        )
    check_other_ends(watched, orders)
    shop = Shop(watched, orders)
    with advance_clock(store, 300):
        shop.client.get("/orders/7")
    with advance_clock(store, 331):
        got = watched.news()
    shop.close()
    watched.engine.dispose()
    expect(got, [f"{line} GET /orders/{{number}}: in use for 31 s"], called="news(), 31 seconds after GET /orders/7",
           hint="Line and endpoint, with one space between, as the stub shows it.")  # fmt: skip
    check_while_others_go_on(url, orders)


def check_other_ends(watched: Watched, orders: dict[str, Any]) -> None:
    """Raise Wrong unless what was never reported is not told of, and what leaves the pool is not called returned."""
    line = LINES["by_connect"]
    unseen = take(orders, "by_connect", watched.engine)
    with advance_clock(store, 50):
        unseen.close()
        expect(watched.news(), [], called="news(), after the return of one that was in use for 50 seconds, and for which nobody asked meanwhile",
               hint="A return is told of what news() has reported before, and of nothing else.")  # fmt: skip
    leaving = take(orders, "by_connect", watched.engine)
    with advance_clock(store, 31):
        watched.news()
    with advance_clock(store, 75):
        leaving.detach()
        got = watched.news()
    leaving.close()
    hint = "It is reported once more, with words of its own: what was detached is not back in the pool."
    if got == [f"{line}: returned after 75 s"]:
        hint = "Nobody has returned it. `detach` tells that it has left the pool, and by that a leak can be told from a slow request."
    expect(got, [f"{line}: left the pool after 75 s"], called="news(), after the detach() of a late one, 75 seconds after its checkout", hint=hint)  # fmt: skip


def check_while_others_go_on(url: str, orders: dict[str, Any]) -> None:
    """Raise Wrong unless both questions can be asked while another thread takes and returns."""
    watched = Watched(url, patience=30)
    kept, more = [take(orders, "by_connect", watched.engine) for _ in range(2)], list[Any]()
    take_or_return = lambda: more.pop().close() if more else more.append(watched.engine.connect())  # noqa: E731
    with advance_clock(store, 31):
        for name, ask in (("who_holds()", watched.detector.who_holds), ("news()", watched.detector.news)):
            problem = "an answer"
            with between_steps(store, take_or_return) as step:
                sys.settrace(step)
                try:
                    ask()
                except RuntimeError as error:
                    problem = f"RuntimeError: {error}"
                finally:
                    sys.settrace(None)
            expect(problem, "an answer", called=f"{name}, while another thread takes and returns a connection",
                   hint="The listeners change your notes while you walk through them. Walk through a copy: list() makes one in one step.")  # fmt: skip
    for taken in (*kept, *more):
        taken.close()
    watched.engine.dispose()


@pytest.mark.task(
    5, "An async engine", needs=(1, 2), hint="Where the stack ends, greenlet.getcurrent().parent.gr_frame goes on."
)
def test_async(url: str, orders: dict[str, Any]) -> None:
    """The detector of an async engine names the line of the coroutine, and strikes out as well."""
    asyncio.run(take_in_coroutines(url.replace("sqlite", "sqlite+aiosqlite"), orders))


async def take_in_coroutines(url: str, orders: dict[str, Any]) -> None:
    """Take connections of an async engine, in a coroutine and in a task of its own."""
    engine = create_async_engine(url, pool_size=5, max_overflow=0, pool_timeout=0)
    detector = call(store.LeakDetector, engine)
    try:
        for way in sorted(ASYNC):
            for where in ("", ", in a task of its own"):
                called, right = f"the lines of who_holds() after await orders.{way}(engine){where}", LINES[way]
                taken = await taken_or_wrong(orders[way](engine), called, in_task=bool(where))
                got = [holder.line for holder in call(detector.who_holds)]
                await taken.close()
                hint, belief = why_not_async(got, right)
                expect(got, [right], called=called, hint=hint, belief=belief)
        expect(
            call(detector.who_holds),
            [],
            called="who_holds(), after all were returned",
            hint="The event `checkin` strikes out.",
        )
        await check_collected(url, orders)
    finally:
        await engine.dispose()


async def check_collected(url: str, orders: dict[str, Any]) -> None:
    """Raise Wrong unless a late connection that the collector finds is told as one that has left the pool."""
    engine = create_async_engine(url)
    detector = call(store.LeakDetector, engine, patience=30)
    line, logger = LINES["by_async_connect"], engine.pool.logger
    forgotten = [await orders["by_async_connect"](engine)]
    with advance_clock(store, 31):
        detector.news()
    with advance_clock(store, 75), catch_warnings():
        simplefilter("ignore")
        logger.disabled = True  # SQLAlchemy tells of it, and would tell the learner
        forgotten.clear()
        gc.collect()
        await asyncio.sleep(0)
        logger.disabled = False
        got = call(detector.news)
    await engine.dispose()
    expect(got, [f"{line}: left the pool after 75 s"], called="news(), after the collector has found a late connection that was forgotten",
           hint="No checkin comes for it: the event `detach` tells that it has left the pool. It was a leak, and returned by nobody.")  # fmt: skip


async def taken_or_wrong(taking: Any, called: str, *, in_task: bool) -> Any:
    """Await a checkout; what a listener raises fails the checkout, and is told as such."""
    try:
        return await (asyncio.create_task(taking) if in_task else taking)
    except Exception as problem:
        raise Wrong(called=called, got=f"the checkout failed: {type(problem).__name__}: {problem}", expected="a connection, and its line",
                    hint="What a listener raises fails the checkout. An async engine runs SQLAlchemy in a greenlet: its stack ends "
                    "there, with f_back None, and goes on in the parent's.", belief="one_stack_for_all") from None  # fmt: skip


def why_not_async(got: list[str], right: str) -> tuple[str, str]:
    """Say why this is not the line of a coroutine."""
    if not got:
        return "Nothing was noted. Listen to engine.sync_engine: the events are the sync engine's.", ""
    if got[0].startswith("orders.py"):
        return "The line at which the coroutine stands: its frame's f_lineno at the checkout.", ""
    hint = (
        "An async engine runs SQLAlchemy in a greenlet: the stack ends there and goes on in the parent's frame, "
        "greenlet.getcurrent().parent.gr_frame."
    )
    return hint, "one_stack_for_all"
