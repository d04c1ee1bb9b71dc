"""A real PostgreSQL for whoever asks: started on demand, shared by all of this course copy, stopped when nobody is left.

    running_url() ──lease──> home/users/PID          who uses the server
                  <──url──── home/server.json        written by the keeper
    keeper process ────────> PostgreSQL              started by the first lease, stopped after the last

The keeper is a process of its own, so that Ctrl-C, a crash or `kill -9` of a user never leaves a server behind.
`POOLSCHOOL_DATABASE_URL` names another server and leaves all of this alone.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import fasteners

from poolschool.course.faults import UserMistake
from poolschool.database.home import HELD, Home, State, home

START_SECONDS = 60.0  # the first start also makes the data folder; on a slow disk that takes a while
STOP_SECONDS = 30.0
CONNECT_SECONDS = 3  # for a server of the user's own; psycopg takes whole seconds
DRIVER = "postgresql+psycopg://"

_leases: dict[tuple[Path, int], fasteners.InterProcessLock] = {}  # by home and process: a forked child has none yet
_answered: set[str] = set()  # servers of the user's own that have answered this process
_one_at_a_time = threading.RLock()


def running_url() -> str:
    """Give the SQLAlchemy URL of a running PostgreSQL, starting it if needed; it lives at least as long as this process.

    Raises UserMistake, with what to do, if there is none to be had.
    """
    return _given() or _lease(home()).url


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Use a running server for the length of a block, and let it go afterwards."""
    if given := _given():
        yield given
        return
    place = home()
    had_one = (place.folder, os.getpid()) in _leases
    url = _lease(place).url
    try:
        yield url
    finally:
        if not had_one:
            _let_go(place)


def normalized(url: str) -> str:
    """Name the driver that this course uses in a PostgreSQL URL; refuse others."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise UserMistake(
            "POOLSCHOOL_DATABASE_URL is not the address of a PostgreSQL. "
            "Write it as postgresql://user:password@host:5432/database, or unset it to use the course's own."
        )
    return DRIVER + rest


def start() -> int:
    """Start the server and keep it until `poolschool db stop`."""
    if given := os.environ.get("POOLSCHOOL_DATABASE_URL"):
        raise UserMistake(f"POOLSCHOOL_DATABASE_URL names {_place(given)}; there is nothing to start. Unset it first.")
    print(_hold().url)  # noqa: T201 - the address is the command's output
    return 0


def stop() -> int:
    """Stop the server, whoever uses it; nothing to do is fine."""
    place = home()
    with place.lock:
        if not place.keeper_lives() and any(place.folder.glob("data*/postmaster.pid")):
            _started(place)  # its keeper was killed: a new one takes the server over, and can then stop it
        if not place.keeper_lives():
            place.clear()
            print("PostgreSQL is not running.")  # noqa: T201
            return 0
        (place.folder / "stop").touch()
    give_up = time.monotonic() + STOP_SECONDS
    while True:
        with place.lock:
            if not place.keeper_lives():
                break
        if time.monotonic() > give_up:
            raise UserMistake(
                f"PostgreSQL did not stop within {STOP_SECONDS:.0f} s. See {place.folder / 'keeper.log'}."
            )
        time.sleep(0.05)
    print("PostgreSQL is stopped.")  # noqa: T201
    return 0


def print_url() -> int:
    """Print the address; the course's own server is then kept until `poolschool db stop`, or it would soon be wrong."""
    print(_given() or _hold().url)  # noqa: T201 - the address is the command's output
    return 0


def psql(arguments: list[str]) -> int:
    """Open the psql that came along with the server; `arguments` go to psql."""
    given = _given()
    program = "psql" if given else str(_lease(home()).programs / "psql")
    url = (given or running_url()).replace(DRIVER, "postgresql://", 1)
    try:
        return subprocess.run([program, url, *arguments], check=False).returncode
    except FileNotFoundError:
        raise UserMistake(
            "There is no psql here. Use any client you like with the address of `poolschool db url`."
        ) from None
    except KeyboardInterrupt:
        return 130


def _given() -> str | None:
    """Give the user's own server, None if there is none; refuse one that does not answer."""
    given = os.environ.get("POOLSCHOOL_DATABASE_URL")
    if not given:
        return None
    url = normalized(given)
    if url not in _answered:
        import psycopg

        try:
            psycopg.connect(url.replace(DRIVER, "postgresql://", 1), connect_timeout=CONNECT_SECONDS).close()
        except psycopg.Error as problem:
            raise UserMistake(
                f"POOLSCHOOL_DATABASE_URL names {_place(given)}, which cannot be used: {_line(str(problem), 0)}. "
                "Start that server, correct the address, or unset it to use the course's own."
            ) from None
        _answered.add(url)
    return url


def _hold() -> State:
    """Keep the server, started if needed, beyond this process's life."""
    place = home()
    with place.lock:
        state = _started(place)
        (place.users / HELD).touch()
    return state


def _lease(place: Home) -> State:
    """Keep the server, started if needed, for this process's life."""
    with _one_at_a_time, place.lock:
        state = _started(place)
        mine = (place.folder, os.getpid())
        if mine not in _leases or not (place.users / str(os.getpid())).exists():
            _leases[mine] = place.lease()
    return state


def _let_go(place: Home) -> None:
    with _one_at_a_time:
        if lease := _leases.pop((place.folder, os.getpid()), None):
            lease.release()


@atexit.register
def _let_go_of_all() -> None:
    """Close the leases in order; at any other death the system does it."""
    for folder, process in list(_leases):
        if process == os.getpid():
            _let_go(Home(folder))


def _started(place: Home) -> State:
    """Give the server's state, once there is a server; the lock is held, so only one process starts one."""
    if state := place.state():
        return state
    place.clear()
    keeper = _start_keeper(place)
    give_up = time.monotonic() + START_SECONDS
    while (state := place.state()) is None:
        if keeper.poll() is not None or time.monotonic() > give_up:
            raise UserMistake(
                f"The embedded PostgreSQL did not start: {_why(place)}. "
                "Run `poolschool doctor`, or set POOLSCHOOL_DATABASE_URL to a PostgreSQL of yours."
            )
        time.sleep(0.02)
    with warnings.catch_warnings():  # "subprocess is still running": that is the keeper's purpose
        warnings.simplefilter("ignore", ResourceWarning)
        del keeper
    return state


def _start_keeper(place: Home) -> "subprocess.Popen[bytes]":
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    # PostgreSQL reads its own PG… variables, and takes language and sorting from LC_ALL: here they are the same everywhere.
    # Where no XDG_RUNTIME_DIR is set (containers, cron), the library that wraps PostgreSQL would warn and guess.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    environment["XDG_RUNTIME_DIR"] = str(place.runtime)
    with (place.folder / "keeper.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "poolschool.database.keeper", str(place.folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=place.folder, env=environment,
            start_new_session=True, creationflags=flags,
        )  # fmt: skip


def _why(place: Home) -> str:
    for name in ("failed", "keeper.log"):
        with contextlib.suppress(OSError):
            if words := (place.folder / name).read_text(encoding="utf-8", errors="replace").strip():
                return _line(words, -1)
    return f"it did not answer within {START_SECONDS:.0f} s"


def _line(text: str, number: int) -> str:
    return text.strip().splitlines()[number].strip().rstrip(".") if text.strip() else "no reason given"


def _place(url: str) -> str:
    """Name a server without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'a local socket'}{f':{parts.port}' if parts.port else ''}{parts.path}"
