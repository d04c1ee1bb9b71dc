"""A database of the bench's own, and PostgreSQL's own count of the connections made to it."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine, make_url

from poolschool.course.faults import UserMistake
from poolschool.database.running import DRIVER
from poolschool.store.seed import seed

PREFIX = "poolschool_bench_"  # followed by the bench's process id
STOCK = 1_000_000  # of each product: a long bench must not sell out
ALLOWED = 92  # connections to it at once: the others who use the server keep theirs, whatever a scenario does


@dataclass(frozen=True)
class Ledger:
    """The database under load, and a connection to another one, which is therefore not counted."""

    name: str
    url: str
    version: str
    watcher: "psycopg.Connection[tuple[int]]"

    def opened(self, seconds: float) -> int:
        """Count the connections ever made to the database, once the last one is closed; wait `seconds` for that.

        A session is in the books for certain only when it has ended.
        """
        give_up = time.monotonic() + seconds
        while self._count("SELECT count(*) FROM pg_stat_activity WHERE datname = %s"):
            if time.monotonic() > give_up:
                raise UserMistake(
                    "The store did not close its connections. Is somebody else using the bench's database?"
                )
            time.sleep(0.02)
        return self._count("SELECT sessions FROM pg_stat_database WHERE datname = %s")

    def _count(self, query: str) -> int:
        row = self.watcher.execute(query.encode(), [self.name]).fetchone()
        return row[0] if row else 0


@contextlib.contextmanager
def own_database(url: str) -> Iterator[Ledger]:
    """Make a database with the store's products, and drop it afterwards."""
    name = f"{PREFIX}{os.getpid()}"
    plain = url.replace(DRIVER, "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as watcher:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        _drop_forgotten(watcher)
        try:
            watcher.execute(drop)
            watcher.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise UserMistake(
                "The bench needs a database of its own. Give your role CREATEDB, or unset POOLSCHOOL_DATABASE_URL."
            ) from None
        try:
            watcher.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(sql.Identifier(name), ALLOWED))
            own = _with_database(url, name)
            engine = create_engine(own, poolclass=NullPool)
            seed(engine, stock=STOCK)
            yield Ledger(name, own, watcher.info.parameter_status("server_version") or "unknown", watcher)
        finally:
            watcher.execute(drop)


def _drop_forgotten(watcher: "psycopg.Connection[tuple[int]]") -> None:
    """Drop the databases of benches that were killed; one that is in use stays."""
    for (name,) in watcher.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
    ).fetchall():
        if not psutil.pid_exists(int(str(name).removeprefix(PREFIX))):
            with contextlib.suppress(psycopg.Error):
                watcher.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(str(name))))


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
