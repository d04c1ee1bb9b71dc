"""A PgBouncer in front of the bench's database, where one is installed."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from poolschool.course.faults import UserMistake

INSTALL = (
    "PgBouncer is not installed: `apt-get install pgbouncer`, `dnf install pgbouncer` or `brew install pgbouncer`."
)
SERVER_CONNECTIONS = 10
START_SECONDS = 10.0
SETTINGS = """
[databases]
{database} = host={host} port={port} dbname={database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 1000
"""


def program() -> str | None:
    """Find PgBouncer; Debian puts it where only root looks."""
    return shutil.which("pgbouncer", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


def version() -> tuple[int, ...]:
    """Give the first two numbers of the installed PgBouncer's version, such as (1, 25); raise UserMistake where it says none."""
    found = program()
    if found is None:
        raise UserMistake(INSTALL)
    try:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        raise UserMistake(f"`{found} --version` fails: {problem}. Install PgBouncer anew.") from None
    if not (numbers := re.search(r"(\d+)\.(\d+)", said)):
        raise UserMistake(f"`{found} --version` names no version. It says: {said[:100].strip() or 'nothing'}")
    return int(numbers[1]), int(numbers[2])


@contextlib.contextmanager
def bouncer(url: str, size: int = SERVER_CONNECTIONS, **settings: object) -> Iterator[str]:
    """Run PgBouncer in transaction mode and give the address that leads through it.

    `settings` are further ones of its `[pgbouncer]`; of two for the same, the later holds.
    """
    target, found = make_url(url), program()
    if found is None:
        raise UserMistake(INSTALL)
    with tempfile.TemporaryDirectory(prefix="poolschool_") as name:
        folder, listen = Path(name), _free_port()
        users, file, said = folder / "users.txt", folder / "pgbouncer.ini", folder / "said.txt"
        users.write_text(f'"{target.username}" "{target.password}"\n', encoding="utf-8")
        own = SETTINGS.format(
            database=target.database, host=target.host, port=target.port or 5432, listen=listen, users=users, size=size,
        )  # fmt: skip
        file.write_text(own + "".join(f"{name} = {value}\n" for name, value in settings.items()), encoding="utf-8")
        with said.open("wb") as words, subprocess.Popen(
            [found, str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words,
            start_new_session=True, **_somebody_else(folder),
        ) as process:  # fmt: skip
            try:
                through = target.set(host="127.0.0.1", port=listen).render_as_string(hide_password=False)
                _wait(process, through, said)
                yield through
            finally:
                process.kill()


def _somebody_else(folder: Path) -> dict[str, Any]:
    """PgBouncer does not run as root: then it runs as nobody, who owns the folder with the password."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait(process: "subprocess.Popen[bytes]", url: str, said: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=2).close()
        except psycopg.Error as problem:
            if process.poll() is not None or time.monotonic() > give_up:
                # What it takes for wrong comes before what follows from that.
                own = re.findall(r"(?:ERROR|FATAL) (.+)", said.read_text(encoding="utf-8", errors="replace"))
                reason = own[0] if own else str(problem).strip().splitlines()[0]
                raise UserMistake(f"PgBouncer did not start: {reason}") from None
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])
