"""Run small tests of the store with the learner's fixtures; what counts is what they find, what they leave and what is reported."""

import inspect
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import devnull, getpid
from pathlib import Path
from threading import Event, Thread
from typing import Any

import l08_pools_in_tests as store
import psycopg
import pytest
import sqlalchemy
from sqlalchemy import Engine, Pool, event, make_url
from sqlalchemy.orm import Session

from poolschool.checks import (
    CallNote,
    Connections,
    Wrong,
    count_connections,
    database_url,
    describe,
    expect,
    expect_type,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.threads]
SEED = {"chair": 10, "lamp": 1}
SOFA = {"chair": 10, "lamp": 1, "sofa": 3}
PATIENCE = (
    1.5  # seconds that a statement may wait for a lock: what the last task allows, and half as much for a busy machine
)
NOTHING = "Nothing is left: both products are there at the beginning of each test."
LOOKED_AT = "pytest, with your fixtures; then looked at "
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = ANY(%s::int[])"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%' AND pid = ANY(%s::int[])"
END = "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid"
OPTIONS = (
    *("--disable-plugin-autoload", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:warnings", "-p", "no:faulthandler"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:unittest"),
    *("--import-mode=importlib", "--capture=no", "--noconftest", "--assert=plain", "-c", devnull),
)  # fmt: skip
HEAD = """
import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from sqlalchemy import delete, exc, select, text
from sqlalchemy.orm import Session
from l08_pools_in_tests import Product, app
KEPT = []
def find(session):
    return dict(session.execute(select(Product.name, Product.stock)).tuples().all())
def sell_sofas(session):
    session.add(Product(name="sofa", stock=3))
    session.commit()
"""
FIRST = """
def test_first(engine, note):
    with Session(engine) as session:
        note(find(session))
def test_second(engine, note):
    with Session(engine) as session:
        note(find(session))
"""
SECOND = """
def test_in_another_file(engine, note):
    with Session(engine) as session:
        note(find(session))
"""
SESSIONS = """
def test_commits(session, note):
    session.get(Product, "lamp").stock = 7
    sell_sofas(session)
    note(find(session))
def test_after_commits(session, note):
    note(find(session))
def test_rolls_back(session, note):
    sell_sofas(session)
    session.add(Product(name="table", stock=5))
    session.flush()
    session.rollback()
    note(find(session))
    session.get(Product, "chair").stock = 0
    session.commit()
def test_after_rolls_back(session, note):
    note(find(session))
def test_is_refused(session, note):
    sell_sofas(session)
    try:
        session.execute(text("INSERT INTO products VALUES ('chair', 1)"))
    except exc.IntegrityError:
        session.rollback()
    note(find(session))
    session.execute(delete(Product))
    session.commit()
def test_after_is_refused(session, note):
    note(find(session))
def test_closes(session, note):
    sell_sofas(session)
    session.close()
    note(find(session))
def test_after_closes(session, note):
    note(find(session))
def test_fails(session):
    sell_sofas(session)
    raise LookupError
def test_after_fails(session, note):
    note(find(session))
def test_the_last():
    pass
"""
ORDERS = """
def test_orders(client, session, note):
    sell_sofas(session)
    note(client.post("/orders/sofa").json())
    note(find(session))
    note([client.post("/orders/lamp").status_code for _ in range(2)])
    note(find(session))
def test_after_orders(session, note):
    note(find(session))
    note(len(app.dependency_overrides))
def test_is_refused_first(client, session, note):
    note(client.post("/orders/table").status_code)
    sell_sofas(session)
    note([client.post("/orders/lamp").status_code for _ in range(3)])
    note(find(session))
def test_after_is_refused_first(session, note):
    note(find(session))
    note(len(app.dependency_overrides))
def test_works_on(client, session, note):
    chair = session.get(Product, "chair")
    client.post("/orders/lamp")
    chair.stock = 5
    session.commit()
    note(find(session))
def test_order_fails(client):
    client.post("/orders/chair")
    raise LookupError
def test_after_order_fails(session, note):
    note(find(session))
    note(len(app.dependency_overrides))
def test_orders_only(client, note):
    note(client.post("/orders/chair").json())
def test_after_orders_only(session, note):
    note(find(session))
    note(len(app.dependency_overrides))
def test_the_last():
    pass
"""
LEAKS = """
LOCK = text("UPDATE products SET stock = stock WHERE name = 'chair'")
def by_connect(engine):
    connection = engine.connect()  # by_connect
    connection.execute(LOCK)
    return connection
def by_session(engine):
    session = Session(engine)
    session.execute(LOCK)  # by_session
    return session
@contextmanager
def lines(engine):
    with engine.begin() as connection:  # by_begin
        yield connection
def by_begin(engine):
    block = lines(engine)
    block.__enter__().execute(LOCK)
    return block
def by_raw_connection(engine):
    return engine.raw_connection()  # by_raw_connection
def test_returns(engine):
    with engine.connect() as connection:
        connection.execute(LOCK)
    by_session(engine).close()
    by_raw_connection(engine).close()
    by_connect(engine).invalidate()
    first, second = engine.connect(), engine.connect()
    first.close()
    second.close()
def test_uses_session_and_client(session, client, note):
    sell_sofas(session)
    note(client.post("/orders/sofa").json())
def test_by_connect(engine):
    KEPT.append(by_connect(engine))
def test_after_by_connect(engine, look):
    look()
def test_by_session(engine):
    KEPT.append(by_session(engine))
def test_after_by_session(engine, look):
    look()
def test_by_begin(engine):
    KEPT.append(by_begin(engine))
def test_after_by_begin(engine, look):
    look()
def test_in_a_thread(engine):
    with ThreadPoolExecutor(1) as other:
        KEPT.append(other.submit(by_connect, engine).result())
def test_after_in_a_thread(engine, look):
    look()
def test_two(engine):
    KEPT.extend([by_raw_connection(engine), by_session(engine)])
def test_after_two(engine, look):
    look()
def test_collected(engine):
    by_connect(engine)
    gc.collect()
def test_after_collected(engine, look):
    look()
def test_fails_and_leaks(engine):
    KEPT.append(by_connect(engine))
    raise LookupError
def test_after_fails_and_leaks(engine, look):
    look()
def test_the_last(engine, look):
    look()
"""
PLACES = {line.split("# ")[1]: f"test_shop.py:{number}" for number, line in enumerate((HEAD + LEAKS).splitlines(), 1) if "# " in line}  # fmt: skip


LEAKING = {"test_by_connect": ["by_connect"], "test_by_session": ["by_session"], "test_by_begin": ["by_begin"],
           "test_in_a_thread": ["by_connect"], "test_two": ["by_raw_connection", "by_session"],
           "test_collected": ["by_connect"], "test_fails_and_leaks": ["by_connect"]}  # fmt: skip


class Run:
    """A run of pytest on some test files, with the learner's module as a plugin; this is the other plugin."""

    def __init__(self, url: str, seen: Connections) -> None:
        self.url, self.seen = url, seen
        self.admin = self.connect(autocommit=True)
        self.notes, self.problems = dict[str, list[Any]](), dict[str, list[BaseException]]()
        self.engines, self.in_use, self.ran = dict[str, Any](), dict[str, int](), list[str]()
        self.pids, self.made, self.waited, self.enough = set[int](), 0, "", False
        self.listeners, self.only_flushes = list[int](), False
        self.at_last: Callable[[], None] = lambda: None

    @pytest.fixture(scope="session")
    def database_url(self) -> str:
        """Give the address of the database."""
        return self.url

    @pytest.fixture
    def note(self, request: pytest.FixtureRequest) -> Callable[[Any], None]:
        """Write down what a test found."""
        return self.notes.setdefault(request.node.name, []).append

    @pytest.fixture
    def look(self, request: pytest.FixtureRequest) -> Callable[[], None]:
        """Write down what the test before left in use: in the pool, and on the server."""

        def look() -> None:
            engine = request.getfixturevalue("engine")
            until = time.monotonic() + (0 if engine.pool.checkedout() else 1.5)
            while (held := self.ask(HELD, [*self.pids])[0][0]) and time.monotonic() < until:
                time.sleep(0.02)  # a connection was closed: its process on the server takes a moment to end
            self.notes[request.node.name] = [engine.pool.checkedout(), held]
            self.enough = self.notes[request.node.name] != [0, 0]

        return look

    def ask(self, question: str, *values: Any) -> list[Any]:
        """Ask the server, on a connection of our own."""
        try:
            answer = self.admin.execute(question, values)
        except psycopg.OperationalError:  # ended from outside: so may a fixture clear the way
            self.admin = self.connect(autocommit=True)
            answer = self.admin.execute(question, values)
        return answer.fetchall() if answer.description else []

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """Open a connection of our own."""
        return psycopg.connect(self.url.replace("+psycopg", ""), options=f"-c search_path=shop_{getpid()}", **options)

    def pytest_runtest_setup(self) -> None:
        """Pass over what follows a fault: with connections in use, each further test would wait for one."""
        if self.enough:
            pytest.skip()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        """Note which engine a test gets."""
        self.ran.append(item.name)
        if "engine" in item.funcargs:
            self.engines[item.name] = item.funcargs["engine"]
        if isinstance(session := item.funcargs.get("session"), Session):
            self.only_flushes |= getattr(session.commit, "__func__", None) is not Session.commit
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Function, nextitem: pytest.Item | None) -> Iterator[None]:
        """Count what is in use after each test but the last, with which the engine ends."""
        if nextitem is None:
            self.at_last()
        try:
            return (yield)
        finally:
            self.in_use[item.name] = self.seen.not_returned if nextitem else 0
            for engine in list(self.engines.values())[:1] if nextitem else []:
                self.listeners.append(len(list(engine.pool.dispatch.checkout)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep what went wrong in a test or in its fixtures; pytest would read the source of each frame for its report."""
        problem = call.excinfo.value if call.excinfo else None
        if problem is not None and not self.enough:
            self.problems.setdefault(item.name, []).append(problem)
        outcome: Any = (
            "passed" if problem is None else "skipped" if isinstance(problem, pytest.skip.Exception) else "failed"
        )
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def listen(self, connection: Any, *_: Any) -> None:
        """Note the server's process of a new connection; this run's tables lie in a place of their own."""
        if isinstance(connection, psycopg.Connection):
            self.pids.add(connection.info.backend_pid)
            connection.execute(f"SET search_path TO shop_{getpid()}")
            connection.commit()

    def count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Count tables that are made."""
        self.made += statement.lstrip().upper().startswith("CREATE TABLE")

    def watch(self, over: Event) -> None:
        """End whoever blocks a statement for too long: a checker does not wait for ever."""
        question = ("SELECT query, pg_blocking_pids(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = ANY(%s::int[])"
                    " AND clock_timestamp() - query_start > %s * interval '1 s'")  # fmt: skip
        if over.wait(PATIENCE):
            return
        with self.connect(autocommit=True) as connection:
            while not over.wait(0.1):
                for statement, blockers in connection.execute(
                    question, [[*self.pids], 0 if self.waited else PATIENCE]
                ).fetchall():
                    self.waited = self.waited or " ".join(statement.split())
                    connection.execute(END, [blockers])


@contextmanager
def run_tests(
    folder: Path, *files: str, at_last: Callable[[Run], None] = lambda _: None, keep_alive: bool = True
) -> Iterator[Run]:
    """Run test files with the learner's fixtures; what is left on the server is looked at inside the block, and then removed."""
    names = [f"test_shop{number or ''}.py" for number in range(len(files))]
    for name, text in zip(names, files, strict=True):
        (folder / name).write_text(HEAD + text)
    store.app.dependency_overrides.clear()
    with count_connections(keep_alive=keep_alive) as seen:
        run, over = Run(database_url(), seen), Event()
        run.at_last = lambda: at_last(run)
        run.ask(f"DROP SCHEMA IF EXISTS shop_{getpid()} CASCADE")  # of a process before that had the same number
        run.ask(f"CREATE SCHEMA shop_{getpid()}")
        event.listen(Pool, "connect", run.listen)
        event.listen(Engine, "before_cursor_execute", run.count)
        watcher = Thread(target=run.watch, args=[over])
        watcher.start()
        CallNote.text = "pytest, with your fixtures"
        try:
            code = pytest.main(
                [*OPTIONS, f"--rootdir={folder}", f"--confcutdir={folder}", *(str(folder / name) for name in names)],
                plugins=[store, run],
            )
            if not run.ran and not run.problems:
                raise Wrong(called="pytest, with your fixtures", got=f"no test ran: {getattr(code, 'name', code)}", expected="tests",
                            hint="Does a hook or a fixture of yours end pytest itself?")  # fmt: skip
            yield run
        finally:
            over.set()
            watcher.join()
            event.remove(Engine, "before_cursor_execute", run.count)
            event.remove(Pool, "connect", run.listen)
            for name in names:
                sys.modules.pop(name.removesuffix(".py"), None)
            run.ask(END, [*run.pids])
            run.ask(f"DROP SCHEMA shop_{getpid()} CASCADE")
            run.admin.close()


def line_of(problem: BaseException) -> str:
    """Give an exception in one line; the parts of a group, and what pytest says of a fixture, included."""
    if isinstance(problem, BaseExceptionGroup):
        return "; ".join(map(line_of, problem.exceptions))
    if isinstance(problem, pytest.FixtureLookupError):
        return f"there is no fixture {problem.argname!r}"
    return f"{type(problem).__name__}: {problem}".strip().splitlines()[0]


def whole(problem: BaseException) -> str:
    """Give all that an exception says, the parts of a group included."""
    return "; ".join(map(whole, problem.exceptions)) if isinstance(problem, BaseExceptionGroup) else str(problem)


def check_passed(
    run: Run, name: str, hint: str = "It did nothing wrong, and returned what it took.", belief: str = ""
) -> None:
    """Raise what went wrong in a test that should have passed; one that ends in a LookupError of its own may do so."""
    problems = [problem for problem in run.problems.get(name, []) if type(problem) is not LookupError]
    if not problems:
        return
    problem, CallNote.text = problems[0], f"{name}, with your fixtures"
    said = isinstance(problem, AssertionError | pytest.fail.Exception | BaseExceptionGroup)
    own = any(frame.filename == store.__file__ for frame in traceback.extract_tb(problem.__traceback__))
    if own and not said:
        raise problem
    if Path(store.__file__).name in whole(problem):
        hint, belief = (
            "That is a line of your own fixtures: they return what they take before the test is judged.",
            "session_closes_itself",
        )
    elif own:
        hint, belief = "Your fixture blames a test that returned all that it took.", "looks_before_the_test"
    elif said or isinstance(problem, pytest.FixtureLookupError):
        hint, belief = "pytest says so of your fixtures: look at what each asks for, and at its scope.", ""
    raise Wrong(called=CallNote.text, got=line_of(problem), expected="a test that passes", hint=hint, belief=belief)


def check_no_wait(run: Run) -> None:
    """Raise Wrong if a statement waited for a lock."""
    if run.waited:
        raise Wrong(called="the tests, with your fixtures", got=f"{run.waited[:60]} waited for more than {PATIENCE} s", expected="an end",
                    hint="It waits for a lock that another connection of the tests holds: return that one first. dispose() does not reach it.",
                    belief="dispose_takes_back")  # fmt: skip


def check_notes(run: Run, name: str, expected: list[Any], called: str, hint: str, belief: str = "") -> None:
    """Compare what a test found, then see that it passed."""
    notes = run.notes.get(name, [])
    for got, right in zip(notes, expected, strict=False):
        expect(got, right, called=f"{name}: {called}", hint=hint if got or not right else NOTHING, belief=belief)
    check_passed(run, name, hint, belief)
    if len(notes) < len(expected):
        raise Wrong(
            called=name, got="it did not run", expected="a test that passes", hint="Do your fixtures skip tests?"
        )


NOT_THE_STORES = {
    "SingletonThreadPool": ("In memory each thread has a database of its own, and FastAPI's handlers run in other threads.", "memory_is_one_database"),
    "StaticPool": ("StaticPool hands one connection, with its one transaction, to all threads at once.", "static_pool_is_a_pool"),
    "NullPool": ("NullPool keeps nothing and has no limit: no leak would ever be noticed.", "nullpool_shows_leaks"),
}  # fmt: skip


@pytest.mark.task(1, "One engine for all tests, on the store's database and with its pool", seconds=20,
                  hint="A fixture may ask for `database_url`, live for the whole session, and end after its yield.")  # fmt: skip
def test_engine(tmp_path: Path) -> None:
    """All tests get one engine with the running store's pool; after the last one its tables and its connections are gone."""
    with run_tests(tmp_path, FIRST, SECOND) as run:
        check_no_wait(run)
        if run.engines:
            engine = next(iter(run.engines.values()))
            expect_type(engine, Engine, called="pytest, with your fixture engine")
            hint, belief = NOT_THE_STORES.get(type(engine.pool).__name__, ("", ""))
            expect(engine.dialect.name, "postgresql", called=f"{LOOKED_AT}the database of engine ({describe(engine.pool)})", belief=belief,
                   hint=hint or "Another database has other locks, other errors and other limits than the store's. Ask for `database_url`.")  # fmt: skip
            expect(
                engine.url.database,
                make_url(run.url).database,
                called=f"{LOOKED_AT}the database of engine",
                hint="The address is in `database_url`.",
            )
            expect(describe(engine.pool), "QueuePool, pool_size 5, max_overflow 0", called=f"{LOOKED_AT}the pool of engine", belief=belief,
                   hint=hint or "The running store's limits are in make_engine: where a test would wait, the store would.")  # fmt: skip
        for name in ("test_first", "test_second", "test_in_another_file"):
            check_notes(
                run, name, [SEED], "the products", "Make the tables and put in both products before the first test."
            )
        engines = {id(engine) for engine in run.engines.values()}
        expect(len(engines), 1, called=f"{LOOKED_AT}engines of three tests in two files", belief="engine_for_each_test",
               hint="A fixture lives for one test unless its `scope` says more; `module` is one file.")  # fmt: skip
        expect(
            run.made,
            1,
            called=f"{LOOKED_AT}CREATE TABLE during three tests",
            hint="Make the tables once, for all tests.",
        )
        left = run.ask("SELECT tablename FROM pg_tables WHERE schemaname = %s", f"shop_{getpid()}")
        expect([name for (name,) in left], [], called=f"{LOOKED_AT}tables after the last test",
               hint="What stands after the `yield` of a fixture runs at its end: drop_all belongs there.")  # fmt: skip
        expect(run.seen.open_now, 0, called=f"{LOOKED_AT}connections of engine that are open after the last test", belief="dispose_is_not_needed",
               hint="dispose() closes what the pool keeps. It comes last: dropping the tables takes a connection again.")  # fmt: skip


@pytest.mark.task(2, "What a test commits is gone when it ends", needs=(1,), seconds=20,
                  hint="A session can live inside of a transaction that is not its own.")  # fmt: skip
def test_session(tmp_path: Path) -> None:
    """Each test finds the two products, whatever the one before it committed, rolled back, deleted or closed."""
    with run_tests(tmp_path, SESSIONS) as run:
        for name, in_use in run.in_use.items():
            expect(in_use, 0, called=f"{LOOKED_AT}connections in use after {name}", belief="session_closes_itself",
                   hint="The session's connection is taken when the test begins and is to be returned when it ends.")  # fmt: skip
        check_no_wait(run)
        rollback, mode = (
            "A rollback of the session must not reach what was committed before it, nor end the outer transaction: `join_transaction_mode` says how.",
            "join_mode_by_default",
        )
        if run.only_flushes:
            rollback, mode = (
                "A commit that only flushes is none: the next rollback takes its rows back.",
                "rollback_undoes_a_commit",
            )
        check_notes(
            run,
            "test_commits",
            [SOFA | {"lamp": 7}],
            "the products after a commit",
            "A test sees what it has committed.",
        )
        check_notes(run, "test_after_commits", [SEED], "the products, after a test that committed", belief="rollback_undoes_a_commit",
                    hint="A rollback at the end undoes no commit, unless the commit was none: begin a transaction on the connection, and give that to the session.")  # fmt: skip
        check_notes(
            run,
            "test_rolls_back",
            [SOFA],
            "the products after a commit and a rollback",
            rollback,
            mode,
        )
        check_notes(run, "test_after_rolls_back", [SEED], "the products, after a test that rolled back and then committed", rollback,
                    mode)  # fmt: skip
        check_notes(
            run,
            "test_is_refused",
            [SOFA],
            "the products after a commit, an INSERT that was refused, and a rollback",
            rollback,
        )
        check_notes(
            run,
            "test_after_is_refused",
            [SEED],
            "the products, after a test that deleted them",
            "Both products are there again, whatever the test has deleted.",
        )
        check_notes(
            run,
            "test_closes",
            [SOFA],
            "the products after a commit and session.close()",
            "A session can be closed and used again.",
        )
        check_notes(
            run,
            "test_after_closes",
            [SEED],
            "the products, after a test that closed its session",
            "It may be closed by the code under test.",
        )
        check_notes(
            run,
            "test_after_fails",
            [SEED],
            "the products, after a test that committed and failed",
            "A test that fails ends like any other.",
        )
        expect(run.made, 1, called=f"{LOOKED_AT}CREATE TABLE during all tests", belief="new_tables_for_each_test",
               hint="Rolling back costs one statement for each test; tables made anew cost many.")  # fmt: skip


@pytest.mark.task(3, "The store's requests see the test's data, and the store is left as it was", needs=(2,), seconds=20,
                  hint="What a fixture changes before its yield it undoes after it.")  # fmt: skip
def test_client(tmp_path: Path) -> None:
    """Requests work inside the test's transaction; afterwards the application has no override left."""
    with run_tests(tmp_path, ORDERS) as run:
        if any(
            "'State' object has no attribute 'engine'" in str(problem)
            for problems in run.problems.values()
            for problem in problems
        ):
            raise Wrong(called="a request of client", got="it looked for the running store's engine", expected="a request that gets the test's session",
                        hint="`app.dependency_overrides` maps the dependency, get_session itself, to what is to be called in its place.")  # fmt: skip
        for name, in_use in run.in_use.items():
            expect(in_use, 0, called=f"{LOOKED_AT}connections in use after {name}", belief="session_closes_itself",
                   hint="A session of the client's own is closed by the client's fixture.")  # fmt: skip
        check_no_wait(run)
        own = "Two sessions on two connections do not see what the other has not committed: let requests use the test's session."
        check_notes(run, "test_orders", [2, SOFA | {"sofa": 2}, [200, 409], SOFA | {"sofa": 2, "lamp": 0}],
                    "orders, and the products as the session finds them", own, "client_has_its_own_session")  # fmt: skip
        gone = (
            "What a request has committed is to go with the test's transaction: no connection of its own.",
            "client_has_its_own_session",
        )
        kept = (
            "The override outlives the test: the next one meets a session that is closed.",
            "override_ends_with_the_test",
        )
        check_notes(run, "test_after_orders", [SEED], "the products, after orders", *gone)
        check_notes(run, "test_after_orders", [SEED, 0], "overrides left in the store, after orders", *kept)
        second = (
            "A second Session on the test's connection has the default mode again: the rollback of a refused order ends the outer transaction. Give requests the test's session itself.",
            "join_mode_by_default",
        )
        check_notes(
            run,
            "test_is_refused_first",
            [409, [200, 409, 409], SOFA | {"lamp": 0}],
            "an order that is refused, then three for one lamp",
            *second,
        )
        check_notes(
            run,
            "test_after_is_refused_first",
            [SEED, 0],
            "the products and the overrides, after an order that was refused",
            *second,
        )
        closed = (
            "The request closed the test's session, which lost its objects: leave its end to the fixture `session`."
        )
        check_notes(
            run,
            "test_works_on",
            [SEED | {"chair": 5, "lamp": 0}],
            "the products, after an order and a commit of an object from before it",
            closed,
            "session_closes_itself",
        )
        check_notes(run, "test_after_order_fails", [SEED], "the products, after an order in a test that failed", *gone)
        check_notes(
            run,
            "test_after_order_fails",
            [SEED, 0],
            "overrides left in the store, after an order in a test that failed",
            *kept,
        )
        check_notes(run, "test_orders_only", [9], "an order for a chair", "There are ten chairs.")
        check_notes(run, "test_after_orders_only", [SEED, 0], "the products and the overrides, after an order", gone[0])


@pytest.mark.task(4, "A test that does not return a connection fails, and names the line", needs=(3,), seconds=20,
                  hint="The listener for `checkout` gets three arguments; the third is what the borrower holds.")  # fmt: skip
def test_what_is_not_returned(tmp_path: Path) -> None:
    """Of fifteen tests those that keep a connection fail with its line, and each test after them begins clean."""
    with run_tests(tmp_path, LEAKS, keep_alive=False) as run:
        for name in run.ran:
            if name in LEAKING:
                check_blames(
                    name, [problem for problem in run.problems.get(name, []) if type(problem) is not LookupError]
                )
                continue
            check_passed(run, name)
            if name.startswith("test_after"):
                check_begins_clean(name, *run.notes.get(name, [0, 0]))
        check_no_wait(run)
        added = run.listeners[-1] - min(run.listeners) if run.listeners else 0
        expect(added, 0, called=f"{LOOKED_AT}the listeners for checkout that the pool has more than at first",
               hint="Each test adds a listener, and all of them hear each checkout: `event.remove` ends what `event.listen` began.")  # fmt: skip
        missing = [name for name in LEAKING if name not in run.ran]
        expect(
            missing,
            [],
            called="tests that did not run to their end",
            hint="A fixture of yours skips them, or fails before they begin.",
        )


def check_blames(name: str, problems: list[BaseException]) -> None:
    """Raise Wrong unless a test that leaks fails with the lines that took what is still in use."""
    places = [PLACES[way] for way in LEAKING[name]]
    text, wanted = "; ".join(map(whole, problems)), f"a failure that names {' and '.join(places)}"
    if all(re.search(rf"{re.escape(place)}\b", text) for place in places):
        return
    got, hint, belief = (
        "it passed",
        "After the `yield` of an autouse fixture, look at what is still in use, and fail.",
        "leak_stays_green",
    )
    if name == "test_fails_and_leaks":
        got = "it failed by itself, and nobody told of the connection that it kept"
    if name == "test_collected" and not problems:
        hint, belief = (
            "The collector returned it before you looked. Keep the loan, the third argument of the event: then it cannot.",
            "gc_will_close",
        )
    if problems:
        got, belief = line_of(problems[0]), ""
        hint = "The line that took it, inside of the function that the test calls."
        named = {name for name, _ in re.findall(r"([\w<>]+(\.py)?):\d+", text)} - {"test_shop.py"}
        if Path(store.__file__).name in named:
            hint = "That is your own listener: go on to the frames further out."
        elif re.search("<sqlalchemy|<string>:2", text):  # as 2.1 and 2.0 call them
            hint, belief = (
                'Some of SQLAlchemy\'s frames have no file: judge a frame by its module, `f_globals["__name__"]`, not by its path.',
                "innermost_frame_borrowed",
            )
        elif named - inner_files():
            hint = "That is further out than the line that took it: take the innermost that belongs to no library."
        elif named:
            hint, belief = (
                "That line belongs to a library: go on to the frames further out.",
                "innermost_frame_borrowed",
            )
        elif len(places) > 1 and any(place in text for place in places):
            hint = "Two are in use and one is named: collect all, then fail once."
        elif any(place in text for place in PLACES.values()):
            hint = "That line took a connection, but not this one: note a line at every checkout, also of a connection that is open already."
        elif not re.search(r"\.py:\d", text):
            hint = "Which line? Only at the moment of the checkout does its stack tell. Note the loan with it: else Python's collector may return it before you look."
    raise Wrong(called=f"{name}, which keeps what it takes", got=got, expected=wanted, hint=hint, belief=belief)


def inner_files() -> set[str]:
    """List the files whose frames lie between the line that takes a connection and the listener."""
    return {"contextlib.py", *(path.name for path in Path(sqlalchemy.__file__).parent.rglob("*.py"))}


def check_begins_clean(name: str, in_pool: int, on_server: int) -> None:
    """Raise Wrong if a test begins with what the one before it did not return."""
    called = f"connections in use when {name} begins, in the pool and on the server"
    hint, belief = "Return what the test has not returned: the loan knows how.", "failing_is_enough"
    if not in_pool and on_server:
        hint, belief = "A new pool counts from zero, and the server still holds the old transaction with its locks: dispose() does not reach it.", "dispose_takes_back"  # fmt: skip
    expect([in_pool, on_server], [0, 0], called=called, hint=hint, belief=belief)


@pytest.mark.task(5, "The end of the tests waits for a lock for at most one second, and then fails", needs=(4,), seconds=20,
                  hint="PostgreSQL waits for a lock as long as `lock_timeout` says; by default for ever.")  # fmt: skip
def test_end(tmp_path: Path) -> None:
    """While another program reads the tables, drop_all gives up, the run says so, and the engine is disposed of."""
    others: list[psycopg.Connection[Any]] = []

    def read_products(run: Run) -> None:
        others.append(other := run.connect())
        try:
            other.execute("SELECT * FROM products")
        except psycopg.errors.UndefinedTable:
            raise Wrong(called="the tables, before the end of the tests", got="none in the database of `database_url`", expected="products",
                        hint="That is the first task.") from None  # fmt: skip

    with run_tests(tmp_path, FIRST, at_last=read_products) as run:
        problems = run.problems.get("test_second", [])
        waiting = run.ask(WAITING, [*run.pids])[0][0]
        alive = all(answers(other) for other in others)
        for other in others:
            with suppress(psycopg.Error):
                other.close()
        if wrong := next((problem for problem in problems if isinstance(problem, Wrong)), None):
            raise wrong
        called = "the end of the tests, while another program reads the products"
        if run.waited:
            raise Wrong(called=called, got=f"{run.waited[:40]} still waits after {PATIENCE} s", expected="an error after at most one second",
                        hint=why_it_waits(), belief="drop_all_never_waits")  # fmt: skip
        if not alive:
            raise Wrong(called=called, got="the other program's connection was ended", expected="an error, and the other program reads on",
                        hint="The lock is another program's: nobody ends its connection for a test. Give up, and say so.",
                        belief="drop_all_never_waits")  # fmt: skip
        if not problems:
            raise Wrong(called=called, got="all tests passed, and the tables are still there", expected="an error that says so",
                        hint="Whoever catches the error hides it: the next run finds old tables. Raise it again, or fail.")  # fmt: skip
        skipped = "An error skips the lines after it: what is to run in any case belongs in a `finally`, or in a fixture of its own."
        if waiting:
            skipped = "A statement still waits on the server, on a connection that is in use: `dispose()` does not reach it. Let the server give up."
        expect(run.seen.open_now, 0, called="the connections of engine that are open after the last test, whose drop_all failed", hint=skipped,
               belief="dispose_takes_back" if waiting else "after_yield_all_runs")  # fmt: skip


def answers(other: psycopg.Connection[Any]) -> bool:
    """Say whether a connection still serves."""
    with suppress(psycopg.Error):
        return bool(other.execute("SELECT 1").fetchone())
    return False


def why_it_waits() -> str:
    """Give a hint by what the learner tried."""
    source = inspect.getsource(store)
    if "SET LOCAL lock_timeout" in source and re.search(r"drop_all\((bind=)?engine\b", source):
        return "Given the engine, `drop_all` takes another connection, without your `lock_timeout`: hand it the connection that has the limit."
    tried = {"connect_timeout": "`connect_timeout` bounds the opening of a connection; this one is open.",
             "idle_in_transaction": "`idle_in_transaction_session_timeout` ends sessions that do nothing; this one waits for a lock.",
             "lock_timeout": "Is `lock_timeout` set on the connection that drops the tables? In milliseconds, unless it names a unit.",
             "statement_timeout": "Is `statement_timeout` set on the connection that drops the tables? In milliseconds, unless it names a unit."}  # fmt: skip
    known = "`pool_timeout` bounds the wait for the pool; here the server waits, for a lock. It has a setting for that."
    return next((hint for word, hint in tried.items() if word in source), known)
