"""The folder in which the embedded PostgreSQL of one course copy lives, and the files by which its users agree.

    home/
    ├─ course           the folder of the course copy this belongs to
    ├─ lock             held for an instant by whoever changes what stands below
    ├─ users/PID        a lease: locked by the process that uses the server; the system lets go of it at any death
    ├─ users/held       the lease of `poolschool db start`, which belongs to no process
    ├─ keeper           locked by the keeper for as long as it lives
    ├─ server.json      the server's address; there only while it answers
    ├─ stop             asks the keeper to stop;  failed: why it could not start;  keeper.log: the long story
    ├─ runtime/         what the library that wraps PostgreSQL wants for itself
    ├─ passwords.json   made once, for this user's eyes
    └─ data18/          PostgreSQL's own

Locks rather than process ids: a number is given again after a crash, a lock is not.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import fasteners

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root

HELD = "held"


@dataclass(frozen=True)
class State:
    """What the keeper tells: the SQLAlchemy URL of the server, and the folder of PostgreSQL's programs."""

    url: str
    programs: Path


@dataclass(frozen=True)
class Home:
    """One server's folder; every change to it is made with `lock` held."""

    folder: Path

    @cached_property
    def lock(self) -> fasteners.InterProcessLock:
        return fasteners.InterProcessLock(self.folder / "lock")

    @property
    def users(self) -> Path:
        return self.folder / "users"

    @property
    def runtime(self) -> Path:
        folder = self.folder / "runtime"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def lease(self) -> fasteners.InterProcessLock:
        """Take a lease in this process's name."""
        lease = fasteners.InterProcessLock(self.users / str(os.getpid()))
        lease.acquire()
        return lease

    def in_use(self) -> bool:
        """Say whether somebody holds a lease, and clear away leases of the dead; not for a process that has one itself."""
        return any(lease.name == HELD or not _forget_if_free(lease) for lease in list(self.users.iterdir()))

    def keeper_lives(self) -> bool:
        """Say whether a keeper looks after this folder."""
        return not _is_free(self.folder / "keeper")

    def state(self) -> State | None:
        """Read the running server's address; None if there is no server, or nobody who keeps it."""
        try:
            told = json.loads((self.folder / "server.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return State(told["url"], Path(told["programs"])) if self.keeper_lives() else None

    def tell(self, state: State) -> None:
        """Write the running server's address."""
        self.write_private("server.json", {"url": state.url, "programs": str(state.programs)})

    def write_private(self, name: str, value: dict[str, str]) -> None:
        """Write a file that holds a password: for this user only, and whole or not at all."""
        new = self.folder / f"{name}.new"
        new.touch(mode=0o600)
        new.write_text(json.dumps(value), encoding="utf-8")
        new.replace(self.folder / name)

    def password(self, user: str) -> str:
        """Read the password of a PostgreSQL user of this server: `admin` is its superuser's."""
        passwords: dict[str, str] = json.loads((self.folder / "passwords.json").read_text(encoding="utf-8"))
        return passwords[user]

    def clear(self) -> None:
        """Take away what a keeper that died left behind."""
        for name in ("server.json", "stop", "failed", f"users/{HELD}"):
            (self.folder / name).unlink(missing_ok=True)


def _is_free(path: Path) -> bool:
    """Say whether no process holds a lock; not to be asked by the one that may hold it, which would lose it."""
    lock = fasteners.InterProcessLock(path)
    if lock.acquire(blocking=False):
        lock.release()
        return True
    if lock.lockfile is not None:
        lock.lockfile.close()  # fasteners leaves it open for the next attempt
    return False


def _forget_if_free(path: Path) -> bool:
    """Remove a lease that no process holds any more; say whether it was one."""
    if not _is_free(path):
        return False
    with contextlib.suppress(OSError):  # Windows: a virus scanner may have it open; the next round removes it
        path.unlink()
    return True


def home() -> Home:
    """Give the home of this course copy's server, made if missing and shut to other users.

    It lies outside the course's folder, which people keep on shares and synchronised drives where a database would be
    damaged. Root's server runs as a user of its own, who may not enter root's home: it lies among the temporary files.
    """
    root = find_root()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = _base(is_root) / f"poolschool-{hashlib.sha256(str(root).encode()).hexdigest()[:10]}"
    if not (folder / "course").is_file():
        folder.mkdir(mode=0o711 if is_root else 0o700, parents=True, exist_ok=True)
        (folder / "users").mkdir(exist_ok=True)
        (folder / "course").write_text(str(root), encoding="utf-8")
    if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
        raise UserMistake(f"{folder} belongs to another user. Remove it, or set POOLSCHOOL_DATABASE_URL.")
    return Home(folder)


def _base(is_root: bool) -> Path:
    if is_root:
        return Path(tempfile.gettempdir())
    import platformdirs  # only here: it costs a fifth of what asking for the address costs

    return platformdirs.user_cache_path("poolschool")


def forget_vanished_courses(here: Home) -> None:
    """Remove the neighbouring homes, of about 40 MB each, of course copies that are there no more."""
    for course in here.folder.parent.glob("poolschool-*/course"):
        neighbour = Home(course.parent)
        with contextlib.suppress(OSError):
            vanished = not Path(course.read_text(encoding="utf-8")).exists()
            if vanished and neighbour != here and not neighbour.keeper_lives():
                shutil.rmtree(neighbour.folder)
