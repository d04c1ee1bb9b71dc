"""poolers on the real thing: what the page and the checker show through our stand-in, a PgBouncer shows as well."""

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import bouncers
import pytest
from pooler import Pooler
from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.course.lessons import find_root
from poolschool.database.running import running_url
from poolschool.measure.bench import pgbouncer

ROOT = find_root(Path(__file__).parent)
PAGE = ROOT / "docs/p4_scale/l17_poolers.md"
STAND_IN = ROOT / "docs/p4_scale/pooler.py"
CHECKER = ROOT / "exercises/p4_scale/l17_poolers_test.py"
ONE = text("SELECT 1")
installed = pytest.mark.skipif(pgbouncer.program() is None, reason=pgbouncer.INSTALL)


@contextmanager
def real_pooler(database_url: str, size: int = 1, wait: float = 120, ignored: tuple[str, ...] = ()) -> Iterator[Any]:
    """Open a PgBouncer that follows no names, with the arguments of the stand-in."""
    more = {"ignore_startup_parameters": ", ".join(ignored)} if ignored else {}
    if pgbouncer.version() >= (1, 21):
        more["max_prepared_statements"] = "0"
    with pgbouncer.bouncer(
        database_url, size, query_wait_timeout=max(1, round(wait)), auth_type="trust", **more
    ) as url:
        yield SimpleNamespace(url=url)


@installed
def test_the_page_prints_the_same_through_pgbouncer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each fence of the page, run with a PgBouncer in place of the stand-in, prints what stands there."""
    stand_in = ModuleType("pooler")
    stand_in.Pooler = real_pooler  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pooler", stand_in)
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", running_url())
    fences = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    exec("\n".join(fences), {"__name__": "page"})  # noqa: S102 - our own page
    promised = re.findall(r"^ *#> (.*)", "\n".join(fences), re.MULTILINE)
    if pgbouncer.version() >= (1, 20):
        promised = [line.replace("parameter: options", "parameter in options: search_path") for line in promised]
    assert capsys.readouterr().out.splitlines() == promised


@installed
@pytest.mark.parametrize("client", bouncers.CLIENTS, ids=[client[0] for client in bouncers.CLIENTS])
def test_settings_that_help(client: tuple[Any, ...]) -> None:
    """Where names are not followed, the drivers' own settings fail; with the cures every request gets its own rows."""
    with real_pooler(running_url(), size=3) as pooler:
        seen = bouncers.answers(pooler.url, *client[1:])
    if client[0] in ("psycopg", "asyncpg"):
        assert seen["failed"] > 0
    else:
        assert seen == {"right": bouncers.REQUESTS}


@installed
def test_pgbouncer_as_it_is_installed() -> None:
    """Where statements are followed, every driver's setting is right; before, the cures."""
    follows = pgbouncer.version() >= (1, 21)
    with pgbouncer.bouncer(running_url(), 3, **({"max_prepared_statements": 200} if follows else {})) as url:
        for name, *client in bouncers.CLIENTS:
            if follows or name not in ("psycopg", "asyncpg"):
                assert bouncers.answers(url, *client) == {"right": bouncers.REQUESTS}, name


@installed
def test_too_many_clients() -> None:
    """max_client_conn is what a client is told about when there are too many."""
    with pgbouncer.bouncer(running_url(), 1, max_client_conn=2) as url:
        engine = create_engine(url, connect_args={"prepare_threshold": None})
        taken = [engine.connect() for _ in range(2)]
        with pytest.raises(DBAPIError, match=re.escape("no more connections allowed (max_client_conn)")):
            engine.connect()
        for connection in taken:
            connection.close()
        engine.dispose()


@installed
def test_settings_that_follow_their_client() -> None:
    """IntervalStyle follows from 1.20 on, a search_path if it is to be tracked and PostgreSQL reports it; statement_timeout never."""
    tracks = pgbouncer.version() >= (1, 20)
    more = {"track_extra_parameters": "IntervalStyle, search_path"} if tracks else {}
    for settings in ({}, more):
        with pgbouncer.bouncer(running_url(), 1, auth_type="trust", **settings) as url:
            engine = create_engine(url, connect_args={"prepare_threshold": None})
            ada, bob = engine.connect(), engine.connect()
            reported = bool(settings) and ada.dialect.server_version_info >= (18,)
            for name, value, follows in (
                ("DateStyle", "'SQL, DMY'", True),
                ("IntervalStyle", "iso_8601", tracks),
                ("search_path", "pooled", reported),
                ("statement_timeout", "'123ms'", False),
            ):
                before = bob.scalar(text(f"SHOW {name}"))
                bob.commit()
                ada.execute(text(f"SET {name} = {value}"))
                ada.commit()
                assert (bob.scalar(text(f"SHOW {name}")) == before) is follows, name
                bob.commit()
            ada.close(), bob.close()
            engine.dispose()


@installed
@pytest.mark.parametrize("closes", [True, False], ids=["libpq 17", "libpq 16"])
def test_statements_that_psycopg_lets_go_of(closes: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beyond its limit psycopg closes a statement, or deallocates it if libpq cannot close; PgBouncer does not follow that.

    Before 1.22 it follows nothing of psycopg's: then only what psycopg sends is looked at.
    """
    monkeypatch.setattr("psycopg._connection_base._HAS_SEND_CLOSE", closes)
    follows = pgbouncer.version() >= (1, 22)
    failed = []
    with pgbouncer.bouncer(running_url(), 2, **({"max_prepared_statements": 200} if follows else {})) as url:
        engine = create_engine(url)
        with engine.connect() as connection, (tmp_path / "trace").open("w+") as trace:
            protocol = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]
            protocol.trace(trace.fileno())
            for number in range(102):
                for _ in range(6):
                    try:
                        connection.execute(text(f"SELECT {number}"))
                        connection.commit()
                    except DBAPIError as error:
                        failed.append(str(error.orig))
                        connection.rollback()
            protocol.untrace()
            trace.seek(0)
            sent = trace.read()
        engine.dispose()
    assert bool(re.search(r'Close\t.*"_pg3_0"', sent)) is closes
    assert ("DEALLOCATE" in sent) is not closes
    if follows:
        assert failed == ([] if closes else ['prepared statement "_pg3_0" does not exist'])


@installed
def test_names_of_asyncpg_stay() -> None:
    """With both caches off and names of its own, asyncpg leaves names in the sessions; a NullPool leaves more."""
    left = []
    for settings in ({"pool_size": bouncers.SHOPPERS}, {"poolclass": NullPool}):
        with real_pooler(running_url(), size=3) as pooler:
            left.append(bouncers.names_left(pooler.url, 3, **settings))
    assert 300 < left[0] < left[1] <= 1600


def test_a_ping_waits_for_the_pooler() -> None:
    """With all of the pooler's connections in use, a checkout waits there: the ping is refused, and the connection replaced."""
    with Pooler(running_url(), wait=0.3) as pooler:
        engine = create_engine(pooler.url, pool_pre_ping=True, connect_args={"prepare_threshold": None})
        for connection in [engine.connect() for _ in range(2)]:
            connection.close()
        opened: list[object] = []
        event.listen(engine, "connect", lambda raw, _: opened.append(raw))
        with engine.connect() as first:
            first.execute(ONE)
            assert not opened
            engine.connect().close()
            assert len(opened) == 1
        engine.dispose()


@pytest.mark.parametrize("cached", [True, False])
def test_a_ping_uses_the_cache_of_asyncpg(cached: bool) -> None:
    """With asyncpg's own cache on, a ping names a statement that another session does not have."""
    arguments = (
        bouncers.NO_CACHE if not cached else {key: value for key, value in bouncers.NO_CACHE.items() if "func" in key}
    )

    async def pinged(url: str) -> None:
        address = make_url(url).set(drivername="postgresql+asyncpg", query={"prepared_statement_cache_size": "0"})
        engine = create_async_engine(address, pool_pre_ping=True, connect_args=arguments)
        other = create_engine(url, connect_args={"prepare_threshold": None})
        try:
            for _ in range(2):  # the second checkout is the first with a ping
                async with engine.connect():
                    pass
            with other.connect() as takes_the_session:
                takes_the_session.execute(ONE)
                async with engine.connect():
                    pass
        finally:
            await engine.dispose()
            other.dispose()

    with Pooler(running_url(), size=2) as pooler:
        refused = pytest.raises(DBAPIError, match="does not exist") if cached else nullcontext()
        with refused:
            asyncio.run(pinged(pooler.url))


def test_processes_count_the_names_of_asyncpg_anew() -> None:
    """Two processes give the same names, as asyncpg counts them from one on in each."""
    program = "from asyncpg.connection import Connection; print(Connection._get_unique_id(None, 'stmt'))"
    names = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(names) == 1
    assert "asyncpg_stmt_" in names.pop()


def test_a_pool_saves_opening() -> None:
    """Behind a pooler a NullPool opens a connection for each request, and a pool opens one."""
    with Pooler(running_url()) as pooler:
        opened: dict[str, int] = {}
        for name, settings in (("QueuePool", {}), ("NullPool", {"poolclass": NullPool})):
            engine = create_engine(pooler.url, **settings)
            connects: list[object] = []
            event.listen(engine, "connect", lambda raw, _, connects=connects: connects.append(raw))
            for _ in range(5):
                with engine.connect() as connection:
                    connection.execute(ONE)
            opened[name] = len(connects)
            engine.dispose()
    assert opened == {"QueuePool": 1, "NullPool": 5}


def test_the_checker_has_the_same_stand_in() -> None:
    """The checker stands alone, so it holds the stand-in of the page: the same code, word for word."""
    kept, checker = (ast.parse(path.read_text(encoding="utf-8")) for path in (STAND_IN, CHECKER))
    mine = [ast.dump(node) for node in kept.body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
    theirs = {ast.dump(node) for node in checker.body}
    assert len(mine) >= 7
    assert [node[:60] for node in mine if node not in theirs] == []
