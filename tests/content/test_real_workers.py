"""forks_and_workers on the real thing: gunicorn and uvicorn with several workers, TLS, and the budget through a rolling deploy."""

import asyncio
import gc
import os
import re
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from select import select
from types import ModuleType
from typing import Any

import psutil
import pytest
from forked import Forked, wait_until
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from tls_relay import TlsRelay
from workers import CURED, GUNICORN, PRELOAD, UVICORN, ask, serve

from poolschool.database.running import running_url

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/p3_breaks/l14_forks_and_workers.md").read_text(encoding="utf-8")
WHO = text("SELECT pg_backend_pid()")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="this system does not fork")


@pytest.mark.parametrize(
    ("command", "query_at_import"),
    [(UVICORN, True), (PRELOAD, False), (CURED, True)],
    ids=["uvicorn", "preload", "preload, query and cure"],
)
def test_each_worker_has_sessions_of_its_own(command: tuple[str, ...], query_at_import: bool) -> None:
    """Everybody gets their own basket, and no session serves two workers."""
    with serve(*command, workers=2, database=running_url(), query_at_import=query_at_import) as address:
        expect_own_baskets(address)


def test_the_hook_of_the_page_cures(tmp_path: Path) -> None:
    """The gunicorn.conf.py that the page shows gives each worker sessions of its own."""
    configuration = tmp_path / "gunicorn.conf.py"
    (shown,) = re.findall(r"^# gunicorn\.conf\.py\n.*?(?=^```)", PAGE, re.DOTALL | re.MULTILINE)
    configuration.write_text(shown.replace("from store ", "from forking_store "), encoding="utf-8")
    command = (*PRELOAD, "--config", str(configuration))
    with serve(*command, workers=2, database=running_url(), query_at_import=True) as address:
        expect_own_baskets(address)


def expect_own_baskets(address: str) -> int:
    """Let sixty shoppers ask, and look whose baskets they get and by which sessions; give the process of a worker."""
    seen, answers = ask(address, 60)
    assert seen == {"right": 60}
    assert len({(answer["worker"], answer["session"]) for answer in answers}) == len(
        {answer["session"] for answer in answers}
    )
    return answers[0]["worker"]


def test_a_reload_has_old_and_new_workers_at_once() -> None:
    """Without preload a query at import does no harm; and on HUP gunicorn forks the new workers before it ends the old ones."""
    with serve(*GUNICORN, workers=2, database=running_url(), query_at_import=True) as address:
        master = psutil.Process(expect_own_baskets(address)).parent()
        assert master
        assert len(master.children()) == 2
        master.send_signal(signal.SIGHUP)
        most, give_up = 0, time.monotonic() + 10
        while most < 4 and time.monotonic() < give_up:
            most = max(most, len(master.children()))
        assert most == 4


def test_a_query_before_the_fork_mixes_up_the_baskets() -> None:
    """With --preload and a query at import all workers have one session, and somebody is shown another's basket, without an error."""
    for _ in range(5):  # the first time is enough, except on a machine on which nobody comes at the same time
        with serve(*PRELOAD, workers=4, database=running_url(), query_at_import=True) as address:
            seen, answers = ask(address, 60, at_once=20)
        assert len({answer["session"] for answer in answers}) <= 1
        if seen["wrong"]:
            return
    pytest.fail("Nobody was shown another's basket.")


TLS_TEXTS = {*re.findall(r"^consuming input failed: SSL.*$", PAGE, re.MULTILINE)}
HAS_OPENSSL = pytest.mark.skipif(
    not shutil.which("openssl"), reason="openssl makes the certificate of the server with TLS"
)


@HAS_OPENSSL
@pytest.mark.parametrize("cured", [False, True])
def test_with_tls_it_is_an_error(tmp_path: Path, cured: bool) -> None:
    """A second worker breaks the seal: all fail with the texts of the page, and nobody is told another's answer."""
    with TlsRelay(running_url(), tmp_path) as relay:
        engine = create_engine(relay.url, pool_size=1, max_overflow=0)
        with engine.connect() as connection:
            connection.execute(WHO)

        def worker(name: str) -> Iterator[object]:
            if cured:
                engine.dispose(close=False)
            with engine.connect() as connection:
                for question in ("hello", "the basket"):
                    yield connection.scalar(text(f"SELECT '{question} of {name}'"))

        with Forked(lambda: worker("Ada")) as first, Forked(lambda: worker("Bob")) as second:
            told = [each.step() for each in (first, second, first, second)]
        if cured:
            assert told == ["hello of Ada", "hello of Bob", "the basket of Ada", "the basket of Bob"]
        else:
            with pytest.raises(OperationalError) as masters, engine.connect() as connection:
                connection.execute(WHO)
            errors = {str(word) for word in (*told, masters.value.orig) if "SSL" in str(word)}
            assert errors <= TLS_TEXTS
            assert any("bad record mac" in error for error in errors)
            assert not {"hello of Bob", "the basket of Bob"} & {told[0], told[2]}
            assert not {"hello of Ada", "the basket of Ada"} & {told[1], told[3]}
        engine.dispose()


@HAS_OPENSSL
@pytest.mark.parametrize("isolation", ["AUTOCOMMIT", "READ COMMITTED"])
def test_with_tls_the_first_answer_can_go_to_the_wrong_worker(tmp_path: Path, isolation: Any) -> None:
    """Ada's worker is killed before it reads: with AUTOCOMMIT Bob has her basket and then an error, in a transaction the error at once."""
    with TlsRelay(running_url(), tmp_path) as relay:
        engine = create_engine(relay.url, pool_size=1, max_overflow=0, isolation_level=isolation)
        with engine.connect() as connection:
            of_the_master = connection.scalar(WHO)
            socket_of_all = connection.connection.driver_connection.fileno()  # type: ignore[union-attr]
        admin = create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()
        lock = {"lock": os.getpid()}
        admin.execute(text("SELECT pg_advisory_lock(:lock)"), lock)

        def asks(*questions: str) -> Iterator[object]:
            with engine.connect() as connection:
                for question in questions:
                    yield connection.scalar(text(question), lock)

        ada = Forked(lambda: asks("SELECT 'the basket of Ada', pg_advisory_xact_lock(:lock)"))
        bob = Forked(lambda: asks("SELECT 'the basket of Bob'", "SELECT 'hello, Bob'"))
        with ada, bob:
            ada.begin_step()
            waits = text("SELECT wait_event = 'advisory' FROM pg_stat_activity WHERE pid = :pid")
            wait_until(lambda: admin.scalar(waits, {"pid": of_the_master}))
            ada.kill()
            admin.execute(text("SELECT pg_advisory_unlock(:lock)"), lock)
            wait_until(lambda: select([socket_of_all], [], [], 0)[0])
            told = [bob.step()]
            if isolation == "AUTOCOMMIT":
                assert told == ["the basket of Ada"]
                told = [bob.step()]
        assert {str(word) for word in told} <= TLS_TEXTS
        admin.close()
        engine.dispose()


@HAS_OPENSSL
def test_with_tls_a_plain_dispose_in_the_worker_ends_the_masters_session(tmp_path: Path) -> None:
    """The master reads that the connection has been closed: one of the texts of the page."""
    with TlsRelay(running_url(), tmp_path) as relay:
        engine = create_engine(relay.url, pool_size=1, max_overflow=0)
        with engine.connect() as connection:
            of_the_master = connection.scalar(WHO)

        def careless() -> Iterator[object]:
            yield engine.dispose()

        with Forked(careless) as child:
            child.step()
        with create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as admin:
            there = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
            wait_until(lambda: not admin.scalar(there, {"pid": of_the_master}))
        with pytest.raises(OperationalError) as caught, engine.connect() as connection:
            connection.execute(WHO)
        assert str(caught.value.orig) in TLS_TEXTS
        engine.dispose()


def test_one_at_a_time_a_prepared_statement_is_there_already() -> None:
    """Two workers that ask in turn get their own answers five times; then psycopg prepares in both, under one name."""
    engine = create_engine(running_url(), pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.execute(WHO)

    def worker(name: str) -> Iterator[object]:
        for _ in range(6):
            with engine.begin() as connection:
                yield connection.scalar(text("SELECT CAST(:name AS text)"), {"name": name})

    with Forked(lambda: worker("Ada")) as first, Forked(lambda: worker("Bob")) as second:
        told = [(first.step(), second.step()) for _ in range(6)]
    assert told[:5] == [("Ada", "Bob")] * 5
    assert told[5] == ("Ada", 'prepared statement "_pg3_0" already exists')
    assert str(told[5][1]) in PAGE
    engine.dispose()


def test_a_hook_of_python_holds_for_every_fork() -> None:
    """`os.register_at_fork(after_in_child=…)` gives a child a session of its own, and whatever it forks; the parent keeps its own."""
    engine = create_engine(running_url(), pool_size=1, max_overflow=0)

    def asks() -> Iterator[object]:
        with engine.connect() as connection:
            yield connection.scalar(WHO)

    def parent() -> Iterator[object]:  # a process of its own: what is registered stays
        before = next(asks())
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
        with Forked(asks) as child:
            told = before, child.step(), next(asks())
        yield told

    with Forked(parent) as process:
        before, childs, after = process.step()  # type: ignore[misc]
    assert childs != before
    assert after == before


@pytest.mark.parametrize(("driver", "kept", "well"), [
    ("asyncpg", False, False), ("asyncpg", True, True), ("psycopg", False, True),
])  # fmt: skip
def test_what_becomes_of_the_old_pool(driver: str, kept: bool, well: bool) -> None:
    """Freed in the worker, an old pool of asyncpg breaks the connection of a parent whose loop runs; kept, or psycopg's, it does not."""
    pytest.importorskip(driver)
    engine = create_async_engine(make_url(running_url()).set(drivername=f"postgresql+{driver}"), pool_size=1)
    keeps: list[object] = []

    def worker() -> Iterator[object]:
        warnings.simplefilter("ignore", ResourceWarning)  # as an error it would end asyncpg's __del__ too early
        if kept:
            keeps.append(engine.pool)
        engine.sync_engine.dispose(close=False)
        yield gc.collect()

    async def master() -> bool:
        session = await session_of(engine)
        with Forked(worker) as child:
            child.step()
            try:
                return await asyncio.wait_for(session_of(engine), 2) == session
            except (OSError, TimeoutError, DBAPIError):
                return False
            finally:
                with suppress(OSError, TimeoutError, DBAPIError):
                    await asyncio.wait_for(engine.dispose(), 2)

    assert asyncio.run(master()) is well


async def session_of(engine: AsyncEngine) -> int:
    """Ask for the session of an async engine's connection."""
    async with engine.connect() as connection:
        return int(await connection.scalar(WHO) or 0)


def test_an_async_engine_is_cured_by_its_sync_engine() -> None:
    """A forked worker that disposes of sync_engine, without closing, opens a session of its own; the master keeps its own."""
    engine = create_async_engine(running_url(), pool_size=1, max_overflow=0)

    async def session() -> int:
        async with engine.connect() as connection:
            return int(await connection.scalar(WHO) or 0)

    def worker() -> Iterator[object]:
        yield asyncio.new_event_loop().run_until_complete(session())
        engine.sync_engine.dispose(close=False)
        yield asyncio.new_event_loop().run_until_complete(session())

    with asyncio.Runner() as runner:
        masters = runner.run(session())
        with Forked(worker) as child:
            assert child.step() == masters  # the fault: it has the master's
            assert child.step() != masters
        assert runner.run(session()) == masters
        runner.run(engine.dispose())


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    """Load the worked solution."""
    path = ROOT / "solutions/p3_breaks/l14_forks_and_workers.py"
    spec = spec_from_file_location("forks_solution", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def roll(solution: ModuleType, url: URL, hosts: int, workers: int, planned: int) -> list[object]:
    """Replace all hosts one by one, each worker opening all that it may; `planned` is the surge of the budget. Give what was said."""
    plan = solution.Plan(max_connections=19, reserved=1, others=0, hosts=hosts, workers=workers, surge=planned)

    def worker() -> Iterator[object]:
        engines = solution.make_engines(url.render_as_string(hide_password=False), plan)
        taken = [engine.connect() for engine in engines.values() for _ in range(engine.pool.size())]
        yield len(taken)

    def start(stack: ExitStack) -> list[Forked]:
        return [stack.enter_context(Forked(worker)) for _ in range(workers)]

    with ExitStack() as stack:
        running = [start(stack) for _ in range(hosts)]
        said = [each.step() for host in running for each in host]
        for _ in range(hosts):
            new = start(stack)
            said += [each.step() for each in new]
            running.append(new)
            for each in running.pop(0):
                each.kill()
            wait_for(url, sum(len(host) for host in running) * int(str(said[0])))
    return said


def wait_for(url: URL, sessions: int) -> None:
    """Wait until the killed workers' sessions have ended: the server notices it a moment later."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
    engine = create_engine(running_url())
    give_up = time.monotonic() + 10
    with engine.connect() as connection:
        while connection.scalar(query, {"name": url.database}) > sessions and time.monotonic() < give_up:
            connection.rollback()
    engine.dispose()


def test_the_budget_holds_through_a_rolling_deploy(solution: ModuleType) -> None:
    """With the surge in the budget nobody is refused at any moment; without it, the server refuses the first new host."""
    admin = create_engine(running_url(), isolation_level="AUTOCOMMIT")
    small = make_url(running_url()).set(database=f"rolling_{os.getpid()}")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {small.database} CONNECTION LIMIT 18"))
        try:
            said = roll(solution, small, hosts=2, workers=2, planned=1)
            assert said == [3] * 8
            refused = roll(solution, small, hosts=2, workers=2, planned=0)
            assert refused[:4] == [4] * 4
            assert any("too many connections for database" in str(word) for word in refused)
        finally:
            connection.execute(text(f"DROP DATABASE {small.database} WITH (FORCE)"))
    admin.dispose()


def test_psycopg_has_no_code_for_a_refusal() -> None:
    """While connecting the error has only its text: what the page says of sqlstate."""
    admin = create_engine(running_url(), isolation_level="AUTOCOMMIT")
    name = f"closed_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} CONNECTION LIMIT 0"))
        try:
            with pytest.raises(OperationalError, match="too many connections for database") as caught:
                create_engine(make_url(running_url()).set(database=name)).connect()
            assert getattr(caught.value.orig, "sqlstate", None) is None
        finally:
            connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()
