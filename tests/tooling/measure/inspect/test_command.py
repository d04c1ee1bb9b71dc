"""`poolschool inspect` as a user meets it: what it takes, what it prints, how it ends."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from inspected import read_alone
from learner_run import run_poolschool

from poolschool.course.faults import UserMistake
from poolschool.database.running import running_url
from poolschool.measure.inspect.command import Asked, inspect
from poolschool.measure.inspect.secrets import without_passwords
from poolschool.measure.inspect.target import VARIABLES, load

SHOP = """
import os
from collections.abc import Iterator
from typing import Annotated
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine(os.environ["SHOP_URL"], pool_size=4, max_overflow=0)
sessions = sessionmaker(engine)
app = FastAPI()


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.get("/products")
def search(session: Annotated[Session, Depends(get_session)]) -> int:
    return session.scalar(text("SELECT 1"))


def make_app():
    return app


class Shop:
    engine = engine


number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a shop in it, as where a server is started; no variable of ours names a database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("SHOP_URL", running_url())
    monkeypatch.setattr("poolschool.measure.inspect.command.read_database", read_alone)
    for name in (*VARIABLES, "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "shop_inspected.py").write_text(SHOP, encoding="utf-8")
    yield tmp_path
    sys.modules.pop("shop_inspected", None)


def test_a_finding_is_told_with_evidence_number_lesson_and_figure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An app of four connections stands still at 44; the exit code is 1."""
    assert inspect("shop_inspected:app", Asked(), site="https://you.example/school/") == 1
    told = capsys.readouterr().out
    assert "1. The service stands still at 44 requests at once" in told
    assert "GET /products (shop_inspected.py:19)" in told
    assert "https://you.example/school/p2_how/l06_threads_and_the_cliff/#fifty_five" in told
    assert (
        "https://you.example/school/reference/simulator/#scenario=forty_threads&free=1&pool_size=4&max_overflow=0"
        in told
    )
    assert told.startswith("Imported shop_inspected:app; nothing was changed.\n1 endpoint, 40 threads for `def`\n")
    assert re.search(r"^Opened one connection to [\w.:/]+ and closed it\.$", told, re.MULTILINE)


def read_in_one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Give what was printed, its lines unwrapped."""
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("target", ["shop_inspected:engine", "shop_inspected:sessions", "shop_inspected:Shop.engine"])
def test_all_well_is_silence(target: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An engine, a sessionmaker and an attribute are taken; four connections of 97 are no finding: exit code 0, no word."""
    assert inspect(target, Asked()) == 0
    assert capsys.readouterr() == ("", "")


def test_workers_and_hosts_make_the_budget(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """97 are for 24 processes of four each; 25 are one too many, whoever says so."""
    assert inspect("shop_inspected:engine", Asked(workers=5, hosts=5)) == 1
    assert "5 hosts × 5 processes (--workers 5) × (4 + 0) = 100" in read_in_one_line(capsys)
    monkeypatch.setenv("WEB_CONCURRENCY", "25")
    assert inspect("shop_inspected:engine", Asked()) == 1
    assert "25 processes (WEB_CONCURRENCY=25) × (4 + 0) = 100" in read_in_one_line(capsys)


def test_a_connection_that_is_open_before_the_fork_comes_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A module that queries while it is imported, under a gunicorn that preloads: found from the pool itself; with a hook it is not."""
    (folder / "eager_inspected.py").write_text(
        "import os\nfrom sqlalchemy import create_engine, text\n"
        "engine = create_engine(os.environ['SHOP_URL'], pool_size=2, max_overflow=0)\n"
        "with engine.connect() as connection:\n    connection.execute(text('SELECT 1'))\n",
        encoding="utf-8",
    )
    (folder / "gunicorn.conf.py").write_text("workers = 2\npreload_app = True\n", encoding="utf-8")
    try:
        assert inspect("eager_inspected:engine", Asked()) == 1
        assert (
            "1. Workers read each other's answers Evidence gunicorn preloads, and after the import engine has 1 open"
            in read_in_one_line(capsys)
        )
        hook = "def post_fork(server, worker):\n    pass\n"
        (folder / "gunicorn.conf.py").write_text(f"workers = 2\npreload_app = True\n{hook}", encoding="utf-8")
        assert inspect("eager_inspected:engine", Asked()) == 0
    finally:
        sys.modules.pop("eager_inspected").engine.dispose()


def test_json_has_facts_and_findings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that was read and found, as JSON without infinities, with the same exit code; without findings a list that is empty."""
    assert inspect("shop_inspected:make_app()", Asked(), as_data=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["rule"], one["breaks_at"], one["guess"]) for one in told["findings"]] == [("cliff", 44, True)]
    assert (told["engines"][0]["limit"], told["databases"][0]["room"], told["threads"]) == (4, 97, 40)
    assert inspect("shop_inspected:engine", Asked(), as_data=True) == 0
    assert json.loads(capsys.readouterr().out)["findings"] == []


def test_an_address_is_what_sqlalchemy_makes_of_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An address, or the environment's, is looked at with SQLAlchemy's defaults: seven processes of 5 + 10 are over 97."""
    assert inspect(running_url(), Asked()) == 0
    monkeypatch.setenv("DATABASE_URL", running_url())
    assert inspect(None, Asked(workers=7)) == 1
    told = capsys.readouterr().out
    assert told.startswith("Read $DATABASE_URL; nothing was changed.\ncreate_engine(url): pool_size=5, max_overflow=10")
    assert "7 processes (--workers 7) × (5 + 10) = 105" in told


def test_an_engine_of_the_lifespan_is_noted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What does not exist before the start cannot be read, and silence would say more than is known."""
    (folder / "late_inspected.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n", encoding="utf-8")
    assert inspect("late_inspected:app", Asked()) == 0
    assert "module:make_engine()" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "file", "says"),
    [
        (None, "", "There is nothing to inspect: none of DATABASE_URL"),
        ("shop_inspected", "", "names nothing in a module"),
        ("nowhere_inspected:app", "", "There is no module 'nowhere_inspected' here"),
        ("shop_inspected:apps", "", "It has engine, sessions, app."),
        ("shop_inspected:number", "", "is no FastAPI application, engine or sessionmaker, but of type int"),
        ("shop_inspected:make_app", "", "Write shop_inspected:make_app() to call it"),
        ("broken_inspected:app", "app = (\n", "broken_inspected.py:1: '(' was never closed"),
        ("broken_inspected:app", "import not_there_inspected\n", "broken_inspected imports 'not_there_inspected'"),
        ("broken_inspected:app", "raise ValueError('no SECRET_KEY')\n", "at broken_inspected.py:1: ValueError: no SECRET_KEY"),
        ("broken_inspected:app", "raise SystemExit(3)\n", "broken_inspected failed at broken_inspected.py:1: SystemExit: 3"),
        ("broken_inspected:app", "import os\n\nos._exit(3)\n", "broken_inspected failed at broken_inspected.py:3: SystemExit: 3"),
        ("broken_inspected:app", "raise ValueError('postgresql://a:hidden-word@h/b')\n", "postgresql://a:***@h/b"),
        ("broken_inspected:make()", "def make():\n    raise KeyError('X')\n", "broken_inspected:make() failed at broken_inspected.py:2"),
        ("postgres://a:hidden-word@h/b", "", "Write postgresql://"),
        ("nonsense://a:hidden-word@h/b", "", "The address cannot be used"),
        ("shop_inspected.py:app", "", "Write a module's name and no file's, as in shop_inspected:app."),
        ("mssql+pymssql://a:hidden-word@h/b", "", "The driver 'pymssql' is not installed in this Python"),
        ("broken_inspected:app", "from sqlalchemy import create_engine\n\ncreate_engine('postgresql+psycopg://a:hidden-word@h:port/b')\n",
         "broken_inspected failed at broken_inspected.py:3: ValueError"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(target: str | None, file: str, says: str, folder: Path) -> None:
    """A target that is not there, is nothing to inspect or does not load is a user's mistake, with the way out and no password."""
    (folder / "broken_inspected.py").write_text(file, encoding="utf-8")
    sys.modules.pop("broken_inspected", None)
    with pytest.raises(UserMistake) as mistake:
        load(target, folder)
    assert says in str(mistake.value)
    assert "hidden-word" not in str(mistake.value)


def test_a_package_under_src_is_pointed_to(folder: Path) -> None:
    """Where a package lies in src, the way to it is told; a name that is nowhere gets no such advice."""
    (folder / "src" / "kiosk_inspected").mkdir(parents=True)
    with pytest.raises(UserMistake, match=r"PYTHONPATH=src poolschool inspect kiosk_inspected.main:app"):
        load("kiosk_inspected.main:app", folder)
    with pytest.raises(UserMistake, match="Run this where your server is started"):
        load("other_inspected.main:app", folder)


@pytest.mark.parametrize("offline", [True, False])
def test_no_part_of_a_password_is_told_as_a_host(
    offline: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An @ in a password that is not written as %40 ends it there: its rest would be told as the server's name."""
    with pytest.raises(UserMistake, match="Write %40 for @") as mistake:
        inspect("postgresql+psycopg://a:hidden@-word@127.0.0.1:1/b", Asked(offline=offline), as_data=True)
    assert "word" not in str(mistake.value).replace("password", "") + capsys.readouterr().out


def test_what_a_module_prints_is_no_part_of_the_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that reads the JSON gets nothing else on stdout."""
    (folder / "loud_inspected.py").write_text("print('hello')\nfrom shop_inspected import engine\n", encoding="utf-8")
    inspect("loud_inspected:engine", Asked(), as_data=True)
    told = capsys.readouterr()
    assert json.loads(told.out)["target"] == "loud_inspected:engine"
    assert "hello" in told.err


def test_an_import_that_takes_long_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever starts a server at the import sees a word in place of nothing; a quick import has none."""
    monkeypatch.setattr("poolschool.measure.inspect.target.SLOW", 0.2)
    (folder / "long_inspected.py").write_text(
        "import time\ntime.sleep(1)\nfrom shop_inspected import engine\n", encoding="utf-8"
    )
    load("long_inspected:engine", folder)
    assert "Still importing long_inspected" in capsys.readouterr().err
    load("shop_inspected:engine", folder)
    assert capsys.readouterr().err == ""


def test_the_command_exits_with_two_and_no_traceback(folder: Path) -> None:
    """In a terminal: a module that does not load, a server that is not there; --offline needs none."""
    (folder / "broken_inspected.py").write_text("1 / 0\n", encoding="utf-8")
    for words in (("broken_inspected:app",), ("shop_inspected:engine",)):
        done = run_poolschool(folder, "inspect", *words, SHOP_URL="postgresql+psycopg://a:hidden-word@127.0.0.1:1/b")
        assert (done.returncode, "Traceback" in done.stderr, "hidden-word" in done.stderr) == (2, False, False), (
            done.stderr
        )
    done = run_poolschool(
        folder,
        "inspect",
        "shop_inspected:app",
        "--offline",
        SHOP_URL="postgresql+psycopg://a:hidden-word@127.0.0.1:1/b",
    )
    assert (done.returncode, "44" in done.stdout, "hidden-word" in done.stdout) == (1, True, False)
    assert "No connection was opened." in done.stdout


def test_a_sqlite_file_is_not_made(folder: Path) -> None:
    """SQLite has no server to ask: nothing is opened, so no file comes about."""
    assert inspect(f"sqlite:///{folder / 'shop.db'}", Asked()) == 0
    assert not (folder / "shop.db").exists()


def test_neither_lifespan_nor_properties_are_run(folder: Path) -> None:
    """Only the import runs: no lifespan, no dependency, no property of an object that an endpoint names."""
    (folder / "quiet_inspected.py").write_text(
        "from contextlib import asynccontextmanager\n"
        "from fastapi import FastAPI\n"
        "@asynccontextmanager\n"
        "async def lifespan(app):\n    print('RAN')\n    yield\n"
        "class Lazy:\n    @property\n    def engine(self):\n        print('RAN')\n"
        "    def __getattr__(self, name):\n        print('RAN')\n        raise AttributeError(name)\n"
        "lazy = Lazy()\n"
        "app = FastAPI(lifespan=lifespan)\n"
        "@app.get('/')\n"
        "def index() -> int:\n    with lazy.engine.connect() as connection:\n        return 1\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", "from poolschool.cli.app import main; main()", "inspect", "quiet_inspected:app"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, "RAN" in done.stderr) == (0, "", False), done.stderr


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("postgresql://a:b@h/c and mysql://x:p:q@h", "postgresql://a:***@h/c and mysql://x:***@h"),
        ("host=h password=secret dbname=d", "host=h password=*** dbname=d"),
        ("Settings(user='a', PASSWORD='s e')", "Settings(user='a', PASSWORD=***)"),
        ("postgresql://a@h/c", "postgresql://a@h/c"),
    ],
)
def test_passwords_are_left_out(words: str, shown: str) -> None:
    """In addresses and in settings, whatever their spelling."""
    assert without_passwords(words) == shown
