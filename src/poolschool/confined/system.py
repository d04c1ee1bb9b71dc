"""What the system can do so that one submission harms nobody: another user, limits, and Landlock where the kernel has it.

    job ──> limits (memory, file size, processes) ──> Landlock: files and signals ──> another user ──> the learner's code

Each step is taken where the system knows it, and cannot be taken back by the process. `protections` names those of this machine.
None of it is a container: strangers' code belongs into one.
"""

import ctypes
import os
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from poolschool import FOLDER
from poolschool.confined.job import ConfinedJob

if sys.platform != "win32":
    import resource
if sys.platform == "linux":
    import landlockpy

KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "POOLSCHOOL_DATABASE_URL")
OPEN_FILES = 512
STACK = 1 << 20  # bytes of a thread's stack
M_ARENA_MAX, HEAPS = -8, 2  # an option of glibc's mallopt, and its value
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/System", "/Library/Frameworks", "/opt/homebrew")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
HOLDS_SIGNALS = 6  # of Landlock, with Linux 6.12
FIRST_TO_GO = "1000"  # the score at which the kernel ends a process before all others when memory runs out


def confine(job: ConfinedJob) -> tuple[str, ...]:
    """Confine this process for good; give the folders that may be read."""
    user = job.limits.user
    own = {"HOME": str(job.scratch / "home"), "TMPDIR": str(job.scratch / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    own["POOLSCHOOL_CONFINED"] = "1"  # for a checker that would start a process of its own where it may
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    os.environ.clear()
    os.environ.update(kept | own)
    tempfile.tempdir = None
    sys.dont_write_bytecode = True  # nothing that a learner could change is kept for the next one
    may_read = _readable(job)
    if sys.platform == "linux":
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    if sys.platform != "win32":
        _limit(job)
    _lock(job, may_read)
    if sys.platform != "win32" and user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    for name in ("home", "tmp"):  # by now they belong to whom they are for
        (job.scratch / name).mkdir()
    return may_read


def _readable(job: ConfinedJob) -> tuple[str, ...]:
    packages = (path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, FOLDER, *packages)
    own = (job.scratch, job.learner.parent.parent, job.source or job.learner, *job.limits.readable)
    every = (*SYSTEM, *DEVICES, *map(str, (*python, *own)))
    return tuple(dict.fromkeys(os.path.realpath(path) for path in every if os.path.lexists(path)))


def protections(users: bool) -> list[str]:
    """Name what confines submissions on this machine, as the end of "held by …"; `users` says whether each has its own."""
    walls = ["a guard in the interpreter", "time limits", *(["a user of their own"] if users else [])]
    if sys.platform != "win32":
        walls.append("limits on memory and files" if sys.platform == "linux" else "limits on files")
    if landlock():
        walls.append("the kernel's Landlock" + ("" if landlock() >= HOLDS_SIGNALS else " (files only)"))
    return walls


def gaps(users: bool) -> list[str]:
    """Name what nothing but the guard in the interpreter holds on this machine, as the end of "not held: …"."""
    open_ways = []
    if not landlock() and not users:
        open_ways.append("files that compiled code opens")
    if landlock() < HOLDS_SIGNALS and not users:
        why = (
            "this kernel's Landlock has no rule for them"
            if landlock()
            else "neither Landlock nor another user is there"
        )
        open_ways.append(f"signals to the grader ({why})")
    return open_ways


@cache
def landlock() -> int:
    """Return the version of the kernel's Landlock, 0 if it has none: signals are held from HOLDS_SIGNALS on."""
    if sys.platform != "linux":
        return 0
    return landlockpy.abi_version()


def _limit(job: ConfinedJob) -> None:
    limits = job.limits
    # Seconds of processor time, all threads together: for whoever takes the alarm away that ends a forgotten worker.
    seconds = int(job.import_seconds + sum(task.seconds for task in job.tasks)) * 2 + 60
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.file,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_CPU": seconds,
    }
    if sys.platform == "linux":  # macOS does not keep to a limit of memory
        # What a thread reserves counts as memory, used or not: its stack, and 64 MB for its own heap.
        threading.stack_size(STACK)
        with suppress(AttributeError):  # a C library without such heaps
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted["RLIMIT_AS"] = pages * resource.getpagesize() + limits.memory
    if limits.user is not None:  # counts all processes of a user, so only for one who has no others
        wanted["RLIMIT_NPROC"] = limits.processes
    for name, most in wanted.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))


def _lock(job: ConfinedJob, may_read: tuple[str, ...]) -> None:
    """Let the kernel refuse what the guard could be talked out of; running programs is not granted at all."""
    if not landlock():
        return
    from landlockpy import AccessFS, AccessNet, Ruleset, Scope

    read = AccessFS.READ_FILE | AccessFS.READ_DIR
    write = ~(AccessFS.EXECUTE | AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.IOCTL_DEV)
    # Ports are left alone: checkers listen and connect on this machine, at ports that nobody knows before.
    with Ruleset(handled_net=AccessNet.NONE, scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path in may_read:
            rules.allow_path(path, read if Path(path).is_dir() else AccessFS.READ_FILE)
        rules.allow_path("/dev/null", AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        rules.allow_path(job.scratch, write)
        rules.restrict()
