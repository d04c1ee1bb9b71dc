"""A PgBouncer as it was before it knew of prepared statements, and its console."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import make_url

from poolschool.database.running import running_url
from poolschool.measure.bench import pgbouncer


@contextmanager
def bouncer(**settings: int) -> Iterator[str]:
    """Run it in front of the course's server, and give the address as the drivers read it."""
    if pgbouncer.program() is None:
        pytest.skip(pgbouncer.INSTALL)
    known = pgbouncer.version() >= (1, 21)
    lines = (
        settings | {"admin_users": make_url(running_url()).username} | ({"max_prepared_statements": 0} if known else {})
    )
    with pgbouncer.bouncer(running_url(), **lines) as url:
        yield url.replace("+psycopg", "")


def show(url: str, what: str) -> list[dict[str, Any]]:
    """Ask at the console of the PgBouncer to which an address leads; an empty list if it leads to none."""
    place = make_url(url).set(database="pgbouncer").render_as_string(hide_password=False)
    try:
        console = psycopg.connect(place, autocommit=True, cursor_factory=psycopg.ClientCursor, row_factory=dict_row)
    except psycopg.OperationalError as error:
        assert 'database "pgbouncer" does not exist' in str(error)  # noqa: PT017 - PostgreSQL itself
        return []
    with console:
        return console.execute(f"SHOW {what}").fetchall()


def knows_no_prepared_statements(url: str) -> bool:
    """Look as the pages say: SHOW VERSION is below 1.22, or SHOW CONFIG gives 0 for max_prepared_statements."""
    version = [int(one) for row in show(url, "VERSION") for one in re.findall(r"\d+", row["version"])]
    config = {row["key"]: row["value"] for row in show(url, "CONFIG")}
    return bool(version) and (version < [1, 22] or config["max_prepared_statements"] == "0")
