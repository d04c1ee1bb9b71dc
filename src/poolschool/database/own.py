"""A PostgreSQL for a class: each place at which submissions are graded has a role and a database of its own, emptied in between.

So no submission sees, ends or slows the connections of another, nor finds what one before it left.
"""

import os
import secrets

import psutil
import psycopg
from psycopg import sql

from poolschool.database.home import home
from poolschool.database.running import DRIVER, running_url

MOST_CONNECTIONS = 30  # of a role; the server takes 100
SETTINGS = {"temp_file_limit": "100MB", "statement_timeout": "60s", "work_mem": "8MB"}


class OwnDatabase:
    """One role and its database, `class_PROCESS_NUMBER`; made at the first use."""

    def __init__(self, number: int) -> None:
        self.name = f"class_{os.getpid()}_{number}"

    def url(self) -> str:
        """Give the SQLAlchemy URL of an empty database. Raises UserMistake if there is no server to be had.

        A server of one's own (POOLSCHOOL_DATABASE_URL) is used as it is, by all: whoever names it looks after it.
        """
        common = running_url()
        if os.environ.get("POOLSCHOOL_DATABASE_URL"):
            return common
        admin = _admin(common)
        password = secrets.token_urlsafe(12)
        with psycopg.connect(admin, autocommit=True) as connection:
            self._make(connection, password)
        with psycopg.connect(_at(admin, self.name), autocommit=True) as connection:
            for line in (
                "DROP OWNED BY {}",  # takes the rights below with it
                "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {0} TO {0}",
                "GRANT ALL ON SCHEMA public TO {}",
            ):
                connection.execute(sql.SQL(line).format(sql.Identifier(self.name)))
        place = common.rpartition("@")[2].rpartition("/")[0]
        return f"{DRIVER}{self.name}:{password}@{place}/{self.name}"

    def remove(self) -> None:
        """Remove role and database, if they were made, and those of processes that are no more."""
        if os.environ.get("POOLSCHOOL_DATABASE_URL"):
            return
        with psycopg.connect(_admin(running_url()), autocommit=True) as connection:
            names = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname ~ '^class_[0-9]+_[0-9]+$'"
            ).fetchall()
            for (name,) in names:  # also what a process left that was killed
                if name == self.name or not psutil.pid_exists(int(name.split("_")[1])):
                    for line in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "DROP ROLE IF EXISTS {}"):
                        connection.execute(sql.SQL(line).format(sql.Identifier(name)))

    def _make(self, connection: "psycopg.Connection[tuple[object, ...]]", password: str) -> None:
        """Make what is missing, and undo what the last user of the role may have set."""
        name = sql.Identifier(self.name)
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [self.name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            connection.execute(sql.SQL("GRANT pg_monitor TO {}").format(name))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        for line in (
            "ALTER ROLE {} RESET ALL",
            "ALTER DATABASE {} RESET ALL",
            "REVOKE CONNECT ON DATABASE {} FROM PUBLIC",
        ):
            connection.execute(sql.SQL(line).format(name))
        limit, secret = sql.Literal(MOST_CONNECTIONS), sql.Literal(password)
        connection.execute(sql.SQL("ALTER ROLE {} CONNECTION LIMIT {} PASSWORD {}").format(name, limit, secret))
        for setting, value in SETTINGS.items():
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
            )
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [self.name])


def _admin(common: str) -> str:
    """Give the address of the embedded server for its own superuser, whose password this user alone can read."""
    place = common.rpartition("@")[2].rpartition("/")[0]
    return f"postgresql://postgres:{home().password('admin')}@{place}/postgres"


def _at(address: str, database: str) -> str:
    return f"{address.rpartition('/')[0]}/{database}"
