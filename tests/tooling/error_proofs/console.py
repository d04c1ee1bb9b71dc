"""Servers as somebody sees them who looks for a cause: what the course's server tells, and a small one to fill and to stop."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import chown
from threading import Thread
from time import monotonic, sleep
from typing import Any

import psutil
import psycopg
from psycopg.rows import dict_row
from sqlalchemy import make_url

from poolschool.database.home import Home

SETTINGS = """
max_connections = 10
superuser_reserved_connections = 2
reserved_connections = 1
max_wal_senders = 0
fsync = off
"""


class Console:
    """Somebody who looks at the server from outside."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(self._url, autocommit=True, row_factory=dict_row)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Ask for rows, as the page's query has them."""
        return self._connection.execute(query).fetchall()

    def do(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self._connection.execute(statement)

    def value(self, query: str) -> object:
        """Ask for one value."""
        return next(iter(self.rows(query)[0].values()))

    def sessions(self, application: str, columns: str = "*") -> list[dict[str, Any]]:
        """Give the rows of pg_stat_activity of one application."""
        return self.rows(f"SELECT {columns} FROM pg_stat_activity WHERE application_name = '{application}'")  # noqa: S608 - our own words

    def close(self) -> None:
        """Look no more."""
        self._connection.close()


class SmallServer:
    """A PostgreSQL that nobody else uses: seven connections for the application, one and two that are reserved."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a folder of the user's
            from poolschool.database.server import Server
        folder.chmod(0o755)
        self._server = Server(Home(folder))
        self._server.start()
        self._server.stop()
        settings = self._server.data / "postgresql.auto.conf"
        settings.write_text(settings.read_text() + SETTINGS)
        self.start()

    def start(self) -> None:
        """Start; the port is another one each time."""
        url = make_url(self._server.start())
        admin = url.set(username="postgres", password=self._server.place.password("admin"))
        self.shop, self.admin = (one.render_as_string(hide_password=False) for one in (url, admin))

    def stop(self) -> None:
        """Stop, and let all sessions go."""
        self._server.stop()

    @contextmanager
    def starting(self) -> Iterator[str]:
        """Let it take its time to start, some seconds; give its address meanwhile. Afterwards it runs as before."""
        self.stop()
        data, before = self._server.data, len(self.log())
        settings, sign = data / "postgresql.auto.conf", data / "standby.signal"
        as_always = settings.read_text()
        settings.write_text(f"{as_always}restore_command = 'sleep 1; false'\n")
        sign.touch()
        chown(sign, data.stat().st_uid)
        start = Thread(target=self.start)
        start.start()
        try:
            give_up = monotonic() + 10
            while not (port := re.search(r'"127\.0\.0\.1", port (\d+)', self.log()[before:])):
                assert monotonic() < give_up, self.log()[before:]
                sleep(0.02)
            yield make_url(self.shop).set(port=int(port[1])).render_as_string(hide_password=False)
        finally:
            start.join()
            self.stop()
            sign.unlink()
            settings.write_text(as_always)
            self.start()

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Ask it to stop once its last session has ended; afterwards it runs again."""
        session = psycopg.connect(self.shop.replace("+psycopg", ""))
        server = psutil.Process(session.info.backend_pid).parent()
        assert server is not None
        before = len(self.log())
        server.terminate()
        try:
            self.wait_for("received smart shutdown request", before)
            yield
        finally:
            session.close()
            server.wait(20)
            self.start()

    def wait_for(self, words: str, before: int) -> None:
        """Wait until its log, from `before` on, has some words; no longer than ten seconds."""
        give_up = monotonic() + 10
        while words not in self.log()[before:]:
            assert monotonic() < give_up, self.log()[before:]
            sleep(0.02)

    @contextmanager
    def console(self) -> Iterator[Console]:
        """Look at it as its administrator."""
        console = Console(self.admin)
        try:
            yield console
        finally:
            console.close()

    def program(self, name: str) -> str:
        """Name one of PostgreSQL's programs."""
        return str(self._server.programs / name)

    def log(self) -> str:
        """Give its whole log."""
        return self._server.log.read_text(errors="replace")
