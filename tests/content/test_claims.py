"""What pages say beyond their fences and the proofs of their quizzes is so, on the installed libraries."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import DetachedInstanceError

from poolschool.database.running import running_url
from poolschool.measure.bench.headline_figures import Headline

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
IN_USE = "SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"


@pytest.fixture
def postgres() -> Iterator[Engine]:
    """Give an engine on a real PostgreSQL with a pool of one that does not wait."""
    engine = create_engine(running_url(), pool_size=1, max_overflow=0, pool_timeout=0)
    yield engine
    engine.dispose()


def test_a_server_that_ends_a_session_frees_nothing_in_the_pool(postgres: Engine) -> None:
    """leaks: by default PostgreSQL ends no idle transaction; where it does, the connection is in use until it is used again."""
    forgotten = postgres.connect()
    assert forgotten.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
    forgotten.execute(text("SET idle_in_transaction_session_timeout = 50"))  # milliseconds
    forgotten.commit()
    process = forgotten.scalar(text("SELECT pg_backend_pid()"))
    watcher = create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with watcher.connect() as connection:
        while connection.scalar(text(IN_USE), {"pid": process}):
            time.sleep(0.01)
    assert postgres.pool.checkedout() == 1  # type: ignore[attr-defined]
    with pytest.raises(PoolTimeout):
        postgres.connect()
    with pytest.raises(DBAPIError):
        forgotten.execute(text("SELECT 1"))
    assert postgres.pool.checkedout() == 0  # type: ignore[attr-defined]  # its next use tells the pool
    forgotten.close()


def test_rows_that_the_driver_has_fetched_outlive_even_the_pool(postgres: Engine) -> None:
    """leaks: psycopg fetches all rows with the query, so they can be read after `close()` and after `dispose()`."""
    with postgres.connect() as connection:
        rows = connection.execute(text("SELECT generate_series(1, 3)"))
    postgres.dispose()
    assert rows.scalars().all() == [1, 2, 3]


class Base(DeclarativeBase):
    """The objects of these tests."""


class Product(Base):
    """Something to buy."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]


@pytest.mark.parametrize("expire", [True, False])
def test_commit_expires_objects_by_default(tmp_path: Path, expire: bool) -> None:
    """leaks: after `commit()` a look at an object takes a connection again, or fails without a session, unless told otherwise."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    Base.metadata.create_all(engine)
    with Session(engine, **({} if expire else {"expire_on_commit": False})) as session:
        lamp = Product(name="lamp", price=39)
        session.add(lamp)
        session.commit()
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert lamp.price == 39
        assert engine.pool.checkedout() == (1 if expire else 0)  # type: ignore[attr-defined]
        session.commit()
    if expire:
        with pytest.raises(DetachedInstanceError):
            _ = lamp.price
    else:
        assert lamp.price == 39
    engine.dispose()


@pytest.mark.parametrize(("setting", "left"), [("rollback", 0), ("commit", 1)])
def test_what_is_not_committed_is_rolled_back_by_default(tmp_path: Path, setting: str, left: int) -> None:
    """leaks, settings, glossary: returning a connection rolls back by default; `pool_reset_on_return` may say otherwise."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_reset_on_return=setting)
    Base.metadata.create_all(engine)
    real = engine.raw_connection()
    real.cursor().execute("INSERT INTO products VALUES ('table', 250)")
    real.close()
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO products VALUES ('chair', 120)"))  # its close() rolls back in any case
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM products")) == left
    engine.dispose()


def test_a_closed_connection_is_returned_and_a_closed_session_can_go_on(tmp_path: Path) -> None:
    """why_pooling, leaks: `close()` opens and closes nothing, and a closed Session takes a connection again at its next query."""
    engine, seen = create_engine(f"sqlite:///{tmp_path / 'store.db'}"), []
    for moment in ("connect", "close", "checkin"):
        event.listen(engine, moment, lambda *_, moment=moment: seen.append(moment))
    engine.connect().close()
    session = Session(engine)
    for _ in range(2):
        session.execute(text("SELECT 1"))
        session.close()
    assert seen == ["connect", "checkin", "checkin", "checkin"]
    engine.dispose()


def test_what_postgresql_keeps_for_superusers(postgres: Engine) -> None:
    """engine_and_pool, settings: PostgreSQL allows 100 connections by default and keeps three of them for superusers."""
    with postgres.connect() as connection:
        names = ("max_connections", "superuser_reserved_connections")
        default = text("SELECT boot_val FROM pg_settings WHERE name = :name")
        assert [connection.scalar(default, {"name": name}) for name in names] == ["100", "3"]


def test_a_connection_just_opened_is_not_asked(tmp_path: Path) -> None:
    """settings: `pool_pre_ping` asks at each checkout but the first of a connection."""
    engine, asked = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_pre_ping=True), []
    ping = engine.dialect.do_ping
    engine.dialect.do_ping = lambda real: asked.append(1) or ping(real)  # type: ignore[method-assign,func-returns-value]
    counts = []
    for _ in range(3):
        engine.connect().close()
        counts.append(len(asked))
    assert counts == [0, 1, 2]
    engine.dispose()


def words(page: str) -> str:
    """Read a page as one line of words."""
    return " ".join((DOCS / page).read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("p1_why/l01_why_pooling.md", ["story", "again", "recap"]),
        ("index.md", ["landing"]),
        ("reference/bench.md", ["ceiling"]),
    ],
)
def test_what_the_bench_measured_is_not_typed_in(page: str, names: list[str]) -> None:
    """why_pooling, landing page, bench: their sentences with figures are the bench's own; that these are right is tested with it."""
    assert (
        re.findall(
            r'^--8<-- "docs/assets/headline.txt:(\w+)"$', (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE
        )
        == names
    )


def test_many_times_sooner() -> None:
    """why_pooling: what the first sentence promises is what the bench measured, also where the machine was busy."""
    found = Headline.model_validate_json((DOCS / "assets/headline.json").read_text(encoding="utf-8"))
    assert "have their answers many times sooner." in words("p1_why/l01_why_pooling.md")
    assert found.thinking.p95_ratio.median > 5


def test_building_and_calling_come_from_one_measurement() -> None:
    """why_pooling, cost_of_connecting: the pages say what the figures say, and the ratios are those of the same three times."""
    street = (DOCS / "assets/pool/street.js").read_text(encoding="utf-8")
    connect, call = (int(re.search(rf"{name} = (\d+)", street)[1]) / 1000 for name in ("CONNECT", "QUERY"))  # type: ignore[index]
    handshake = (DOCS / "assets/pool/handshake.js").read_text(encoding="utf-8")
    work = dict(re.findall(r'key: "(\w+)".*?work: ([\d.]+)', handshake))
    query = float(re.search(r"QUERY = \{ work: ([\d.]+)", handshake)[1])  # type: ignore[index]
    password, tls = float(work["scram"]), float(work["tls"])
    assert connect == float(work["socket"]) + float(work["start"]) + password
    page = words("p1_why/l02_cost_of_connecting.md")
    assert (
        f"Connecting took {connect:.1f} ms, of which the password {password:.1f} ms, and a query {query:.2f} ms" in page
    )
    assert f"one connection for {connect / query:.0f} queries" in page
    assert f"took {call:.1f} ms: one connection for {connect / call:.0f} of those" in page
    assert f"TLS added {tls:.1f} ms: {connect + tls:.1f} in place of {connect:.1f}" in page
    assert f"the time of {connect / query:.0f} small queries" in page
    assert connect / call == 20
    assert "The call takes one minute; the building takes twenty." in words("p1_why/l01_why_pooling.md")


FORKS = """
import os, sys
from sqlalchemy import create_engine

engine = create_engine("sqlite:///store.db")
if child := os.fork():
    os.waitpid(child, 0)
else:
    borrowed = [engine.connect() for _ in range(5)]
print(id(engine.pool), engine.pool.checkedout(), flush=True)
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_after_a_fork_the_pools_are_two_though_their_id_is_one(tmp_path: Path) -> None:
    """Notes on engine_and_pool: `id(engine.pool)` is the same in both processes; `checkedout()` is not."""
    done = subprocess.run([sys.executable, "-c", FORKS], cwd=tmp_path, capture_output=True, text=True, check=True)
    (child, in_use), (parent, in_use_there) = (line.split() for line in done.stdout.splitlines())
    assert (child == parent, in_use, in_use_there) == (True, "5", "0")


def test_proofs_run_on_what_the_landing_page_names() -> None:
    """Landing page and README: proofs are tests on the real SQLAlchemy, FastAPI and PostgreSQL."""
    proofs = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "quizzes").rglob("*_proof.py"))
    for page in (DOCS / "index.md", ROOT / "README.md"):
        assert "real SQLAlchemy, FastAPI and PostgreSQL" in page.read_text(encoding="utf-8")
    for sign in ("from sqlalchemy import", "from fastapi import", "(postgres_url"):
        assert sign in proofs
