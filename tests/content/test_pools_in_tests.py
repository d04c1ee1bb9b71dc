"""pools_in_tests: the figure's two tests, run for real; and one engine per event loop under anyio's plugin and pytest-asyncio."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, StaticPool, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from poolschool.database.running import running_url
from poolschool.measure.javascript import Module

FIGURE = Path(__file__).parents[2] / "docs/assets/pool/tests.js"
NAMES = text("SELECT name FROM figure_products ORDER BY name")
SALE = text("INSERT INTO figure_products VALUES ('sofa')")
PASSES = "passes"
Take = Callable[[], Session]


def sells_a_sofa(take: Take) -> str:
    """Test A: an order, and a search in the middle of it."""
    order = take()
    order.execute(SALE)
    with take() as search:
        search.execute(NAMES).all()
    order.commit()
    found = order.scalars(NAMES).all()
    order.close()
    return PASSES if "sofa" in found else "fails: the sofa is gone"


def counts_the_products(take: Take) -> str:
    """Test B."""
    with take() as session:
        found = len(session.scalars(NAMES).all())
    return PASSES if found == 2 else f"fails: {found} products"


@contextmanager
def one_test(engine: Engine, rollback: bool) -> Iterator[Take]:
    """Give a test its sessions: on the pool, or on one connection inside of a transaction that is rolled back."""
    if not rollback:
        yield lambda: Session(engine)
        return
    with engine.connect() as connection, connection.begin() as outer:
        yield lambda: Session(connection, join_transaction_mode="create_savepoint")
        outer.rollback()


def in_a_thread(test: Callable[[Take], str], take: Take) -> str:
    """Run a test's requests as FastAPI does, in another thread than the fixture's."""
    with ThreadPoolExecutor(1) as other:
        try:
            return other.submit(test, take).result()
        except OperationalError as error:
            return f"fails: {str(error.orig).partition(':')[0]}"


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("fixture", ["memory", "static", "commits", "rollback"])
def test_the_figure_is_true(fixture: str, order: str) -> None:
    """What the figure says of both tests, for each fixture in each order, is what real engines do."""
    settings: dict[str, Any] = {"memory": {}, "static": {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}}.get(fixture, {})  # fmt: skip
    engine = create_engine("sqlite://" if fixture in ("memory", "static") else running_url(), **settings)

    def make(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE figure_products (name TEXT)"))
        connection.execute(text("INSERT INTO figure_products VALUES ('chair'), ('lamp')"))

    schema = f"figure_{os.getpid()}"
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        engine.dispose()
        engine = create_engine(engine.url, connect_args={"options": f"-c search_path={schema}"})
    try:
        with engine.begin() as connection:
            make(connection)
        found: dict[str, object] = {}
        for name in order:
            with one_test(engine, fixture == "rollback") as take:
                found[name] = in_a_thread({"a": sells_a_sofa, "b": counts_the_products}[name], take)
        with engine.connect() as connection:
            left = len(connection.execute(NAMES).all())
        found["left"] = "none" if fixture == "memory" else left  # the fixture's thread alone still finds its own
        with Module(FIGURE) as figure:
            assert figure.call("outcome", fixture, order) == found
    finally:
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


HEAD = """
import os
import pytest
from sqlalchemy import NullPool, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

URL = make_url(os.environ["POOLSCHOOL_DATABASE_URL"]).set(drivername="postgresql+asyncpg")
kept, unpooled = create_async_engine(URL), create_async_engine(URL, poolclass=NullPool)

async def ask(engine):
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
"""
PYTEST_ASYNCIO = """
import pytest_asyncio

@pytest_asyncio.fixture
async def own():
    engine = create_async_engine(URL)
    yield engine
    await engine.dispose()

@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared():
    engine = create_async_engine(URL)
    yield engine
    await engine.dispose()

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.asyncio
async def test_kept(time):
    await ask(kept)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.asyncio
async def test_own(own, time):
    await ask(own)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.asyncio
async def test_unpooled(time):
    await ask(unpooled)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.asyncio(loop_scope="session")
async def test_shared(shared, time):
    await ask(shared)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.asyncio
async def test_shared_fixture_own_loop(shared, time):
    await ask(shared)
"""
ANYIO = """
@pytest.fixture(scope=SCOPE)
def anyio_backend():
    return "asyncio"

@pytest.fixture(scope=SCOPE)
async def engine(anyio_backend):
    engine = create_async_engine(URL)
    yield engine
    await engine.dispose()

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.anyio
async def test_fixture(engine, time):
    await ask(engine)

@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.anyio
async def test_kept(anyio_backend, time):
    await ask(kept)
"""


def outcomes(folder: Path, program: str, *options: str) -> tuple[set[str], str]:
    """Run a test file with pytest in a process of its own; give the tests that failed, and what it printed."""
    (folder / "test_loops.py").write_text(HEAD + program, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-rf", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir=.", *options],
        cwd=folder, env=os.environ | {"POOLSCHOOL_DATABASE_URL": running_url()}, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    assert " passed" in ran, ran
    return {line.split("::")[1].split(" ")[0] for line in ran.splitlines() if line.startswith("FAILED")}, ran


def test_one_engine_per_loop_under_pytest_asyncio(tmp_path: Path) -> None:
    """A kept engine fails in its second test; one per test, one for a session-wide loop and one without a pool do not."""
    failed, printed = outcomes(tmp_path, PYTEST_ASYNCIO)
    assert "test_kept[2]" in failed
    assert failed <= {"test_kept[2]", "test_shared_fixture_own_loop[1]", "test_shared_fixture_own_loop[2]"}
    assert failed & {"test_shared_fixture_own_loop[1]", "test_shared_fixture_own_loop[2]"}
    assert "attached to a different loop" in printed


@pytest.mark.parametrize(("scope", "expected"), [("function", {"test_kept[2]"}), ("session", set())])
def test_one_engine_per_loop_under_anyio(tmp_path: Path, scope: str, expected: set[str]) -> None:
    """With anyio's plugin each test has a loop of its own, unless a wider fixture keeps one for all."""
    failed, printed = outcomes(tmp_path, ANYIO.replace("SCOPE", repr(scope)), "-p", "no:asyncio")
    assert failed == expected
    assert ("attached to a different loop" in printed) == bool(expected)


def test_the_queue_of_psycopg_notices_when_somebody_waits(tmp_path: Path) -> None:
    """With psycopg a kept engine passes until a task waits for the pool."""
    program = (
        "import asyncio\n"
        "one = create_async_engine(URL.set(drivername='postgresql+psycopg'), pool_size=1, max_overflow=0)\n"
        "async def hold():\n    async with one.connect() as connection:\n"
        "        await connection.execute(text('SELECT pg_sleep(0.05)'))\n"
        "@pytest.mark.asyncio\nasync def test_first():\n    await asyncio.gather(hold(), hold())\n"
        "@pytest.mark.asyncio\nasync def test_second():\n    await hold()\n"
        "@pytest.mark.asyncio\nasync def test_third():\n    await asyncio.gather(hold(), hold())\n"
    )
    failed, printed = outcomes(tmp_path, program)
    assert failed == {"test_third"}
    assert "is bound to a different event loop" in printed
