"""`--fail-on-leak` and `no_leaks`, in runs of pytest of their own, with the plugins that people have."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]
SHOP = """from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0)
def leak(engine=engine):
    connection = engine.connect()  # leak
    connection.execute(text("SELECT 1"))
    return connection
def work():
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
async def leak_async(engine):
    connection = await engine.connect()  # leak_async
    await connection.execute(text("SELECT 1"))
    return connection
"""
WIDE = {**os.environ, "COLUMNS": "300"}  # nothing of the short summary is cut off
LINES = {line.split("# ")[1]: number for number, line in enumerate(SHOP.splitlines(), 1) if "# " in line}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give what runs pytest on a file of tests beside a module shop.py; every warning is an error there."""
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")

    def run_tests(tests: str, *options: str, code: int = 1, settings: str = "") -> str:
        (tmp_path / "test_shop.py").write_text(tests, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text(
            f"[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n{settings}",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *options, "test_shop.py"]
        done = subprocess.run(command, cwd=tmp_path, env=WIDE, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run_tests


def outcomes(output: str) -> dict[str, str]:
    """Read the short summary: the outcome of each test, ERROR before PASSED, with the line that is named."""
    found: dict[str, str] = {}
    for outcome, test, words in re.findall(r"^(PASSED|FAILED|ERROR) test_shop.py::(\S+)(.*)$", output, re.MULTILINE):
        line = re.search(r"not returned: (\S+)", words)
        if found.get(test, "PASSED") == "PASSED":
            found[test] = f"{outcome} {line[1]}" if line else outcome
    return found


SYNC = """import gc
import pytest
from shop import engine, leak, work
from sqlalchemy.orm import Session
def test_works(): work()
def test_leaks(): leak()
def test_next_finds_a_free_place(): work()
def test_collected():
    leak()
    gc.collect()
    work_again = engine.pool.checkedout()
    assert work_again == 1
def test_keeps_it_and_fails():
    kept = leak()
    assert not kept
@pytest.fixture
def session():
    with Session(engine) as session: yield session
def test_fixture_returns_it(session): session.connection()
@pytest.fixture
def leaky():
    leak()
def test_fixture_leaks(leaky): pass
def test_invalidated():
    with engine.connect() as connection: connection.invalidate()
def test_detached():
    with engine.connect() as connection: connection.detach()
def test_detached_and_not_closed(): leak().detach()
"""


def test_each_leak_is_an_error_of_its_test(run: Run) -> None:
    """Its line is named, whether or not the collector has found it; the next test has the whole pool; others pass."""
    output = run(SYNC, "--fail-on-leak")
    leaked = f"ERROR shop.py:{LINES['leak']}"
    assert outcomes(output) == {
        "test_works": "PASSED", "test_leaks": leaked, "test_next_finds_a_free_place": "PASSED", "test_collected": leaked,
        "test_keeps_it_and_fails": leaked, "test_fixture_returns_it": "PASSED", "test_fixture_leaks": leaked,
        "test_invalidated": "PASSED", "test_detached": "PASSED", "test_detached_and_not_closed": leaked,
    }  # fmt: skip
    assert "called from test_shop.py:6 in test_leaks" in output
    assert "FAILED test_shop.py::test_keeps_it_and_fails" in output
    assert "__main__.py" not in output


def test_it_is_off_unless_asked(run: Run) -> None:
    """Without the flag nothing is looked for, and SQLAlchemy is not even imported; a setting asks for it as well."""
    leaky = "from shop import leak\ndef test_leaks(): leak()\n"
    assert outcomes(run(leaky, code=0)) == {"test_leaks": "PASSED"}
    assert outcomes(run(leaky, settings="fail_on_leak = true")) == {"test_leaks": f"ERROR shop.py:{LINES['leak']}"}
    run("import sys\ndef test_lean(): assert 'sqlalchemy' not in sys.modules\n", code=0)


def test_the_fixture_asks_for_one_test(run: Run) -> None:
    """Only tests with `no_leaks` are looked after; in the test it tells which lines hold a connection."""
    tests = """from shop import leak, work
def test_not_asked(): leak().close()
def test_not_asked_and_leaks(): leak().detach()
def test_asked(no_leaks):
    work()
    assert no_leaks() == []
    kept = leak()
    [line] = no_leaks()
    assert line.startswith("shop.py:") and line.endswith(" in leak")
    kept.close()
    assert no_leaks() == []
def test_asked_and_leaks(no_leaks): leak()
"""
    assert outcomes(run(tests)) == {
        "test_not_asked": "PASSED", "test_not_asked_and_leaks": "PASSED", "test_asked": "PASSED",
        "test_asked_and_leaks": f"ERROR shop.py:{LINES['leak']}",
    }  # fmt: skip


def test_wider_fixtures_keep_what_they_hold(run: Run) -> None:
    """A connection for the whole module is no leak of a test; one that its fixture never returns is told by its name."""
    tests = """import pytest
from sqlalchemy import create_engine
from shop import leak
@pytest.fixture(scope="module")
def good():
    with create_engine("sqlite:///other.db").connect() as connection: yield connection
@pytest.fixture(scope="session")
def bad(): yield leak()
def test_first(good, bad): pass
def test_second(good, bad): pass
"""
    output = run(tests, "--fail-on-leak")
    assert outcomes(output) == {"test_first": "PASSED", "test_second": f"ERROR shop.py:{LINES['leak']}"}
    assert "by the fixture bad (session)" in output


ASYNC = """import asyncio
import anyio, pytest, pytest_asyncio
from shop import leak_async
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
URL = "{url}"
class TestAsyncio:
    @pytest_asyncio.fixture
    async def engine(self):
        engine = create_async_engine(URL, pool_size=1, max_overflow=0, pool_timeout=1)
        yield engine
        await engine.dispose()
    @pytest.mark.asyncio
    async def test_works(self, engine):
        async with AsyncSession(engine) as session: await session.execute(text("SELECT 1"))
    @pytest.mark.asyncio
    async def test_leaks(self, engine): await leak_async(engine)
    @pytest.mark.asyncio
    async def test_cancelled(self, engine):
        async def hold():
            async with engine.connect() as connection: await asyncio.sleep(60)
        task = asyncio.create_task(hold())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError): await task
class TestAnyio:
    @pytest.fixture
    def anyio_backend(self): return "asyncio"
    @pytest.fixture
    async def engine(self, anyio_backend):
        engine = create_async_engine(URL)
        yield engine
        await engine.dispose()
    @pytest.mark.anyio
    async def test_works(self, engine):
        async with engine.connect() as connection: await connection.execute(text("SELECT 1"))
    @pytest.mark.anyio
    async def test_leaks(self, engine): await leak_async(engine)
def test_after_both(): pass
"""


@pytest.mark.parametrize("driver", ["aiosqlite", "psycopg", "asyncpg"])
def test_async_engines(run: Run, driver: str) -> None:
    """Under pytest-asyncio and anyio, with each driver, whose loop is gone when we look: the coroutine's line, no other noise."""
    from poolschool.database.running import running_url

    url = "sqlite+aiosqlite:///store.db" if driver == "aiosqlite" else running_url().replace("+psycopg", f"+{driver}")
    leaked = f"ERROR shop.py:{LINES['leak_async']}"
    output = run(ASYNC.replace("{url}", url), "--fail-on-leak")
    assert outcomes(output) == {
        "TestAsyncio::test_works": "PASSED", "TestAsyncio::test_leaks": leaked, "TestAsyncio::test_cancelled": "PASSED",
        "TestAnyio::test_works": "PASSED", "TestAnyio::test_leaks": leaked, "test_after_both": "PASSED",
    }  # fmt: skip


def test_endpoints_behind_a_test_client(run: Run) -> None:
    """What an endpoint leaks in the client's thread is the test's, and the endpoint's line is named."""
    tests = """from fastapi import FastAPI
from fastapi.testclient import TestClient
from shop import leak, work
app = FastAPI()
@app.get("/leaks")
def leaks() -> None: leak()
@app.get("/works")
def works() -> None: work()
def test_works(): assert TestClient(app).get("/works").status_code == 200
def test_leaks(): assert TestClient(app).get("/leaks").status_code == 200
"""
    output = run(tests, "--fail-on-leak")
    assert outcomes(output) == {"test_works": "PASSED", "test_leaks": f"ERROR shop.py:{LINES['leak']}"}
    assert "called from test_shop.py:6 in leaks" in output


def test_workers_of_xdist(run: Run) -> None:
    """Each worker looks after its own tests."""
    tests = "import pytest\nfrom shop import leak, work\n"
    tests += "@pytest.mark.parametrize('n', range(4))\ndef test_works(n): work()\ndef test_leaks(): leak()\n"
    output = run(tests, "--fail-on-leak", "--numprocesses", "2")
    assert {name: what for name, what in outcomes(output).items() if what != "PASSED"} == {
        "test_leaks": f"ERROR shop.py:{LINES['leak']}"
    }
    assert "5 passed, 1 error" in output


def test_a_grading_goes_on_beside_it(tmp_path: Path) -> None:
    """`pytest exercises` grades with and without the flag alike."""
    root = Path(__file__).parents[3]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "exercises",
        "--solutions",
        "-k",
        "watching_the_pool",
        "-p",
        "no:cacheprovider",
    ]
    verdicts = []
    for options in ([], ["--fail-on-leak"]):
        results = tmp_path / "results.json"
        done = subprocess.run(
            [*command, f"--results={results}", *options],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout
        told = json.loads(results.read_text(encoding="utf-8"))
        verdicts.append([(task["task"], task["status"]) for lesson in told["lessons"] for task in lesson["tasks"]])
    assert verdicts[0] == verdicts[1]


def test_an_option_of_the_same_name(run: Run, tmp_path: Path) -> None:
    """Whose option it is, is said, and what to do."""
    (tmp_path / "other.py").write_text(
        "def pytest_addoption(parser): parser.addoption('--fail-on-leak', action='store_true')\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-p", "other"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 4
    assert "--fail-on-leak" in done.stdout + done.stderr
