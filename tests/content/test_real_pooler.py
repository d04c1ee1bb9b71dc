"""poolers on the real thing: what the page and the checker show through our stand-in, a PgBouncer shows as well."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import bouncers
import pytest
from pooler import Pooler
from sqlalchemy import NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

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
    """From 1.21 on, with max_prepared_statements, every driver's setting is right; before, the cures."""
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
