"""Other processes and users, where a submission is graded: none that it starts is left, and it runs as nobody where that can be."""

import contextlib
import ctypes
import os
import subprocess
import sys
from collections.abc import Collection, Mapping

import psutil

SUBREAPER, DUMPABLE = 36, 4  # PR_SET_CHILD_SUBREAPER and PR_SET_DUMPABLE of Linux's prctl
FIRST_USER = 61184  # where systemd begins with users that it makes up for a while
MAY_GRADE = """import poolschool.grading.grader
from poolschool.course.lessons import load_course
for lesson in load_course().lessons: lesson.checker.read_bytes()"""


def adopt_orphans(adopt: bool = True) -> bool:
    """Become the parent of every process below this one that loses its own, so that none gets away; Linux only."""
    return _prctl(SUBREAPER, int(adopt))


def shut_memory() -> bool:
    """Keep other processes of the same user away from this one's memory and open files; Linux only."""
    return _prctl(DUMPABLE, 0)


def child_numbers() -> frozenset[int]:
    """Give the numbers of this process's own children."""
    return frozenset(child.pid for child in psutil.Process().children())


def end_children(keep: Collection[int] = ()) -> None:
    """End every process below this one, and those that they start meanwhile; of its own children `keep` are left alone."""
    me = psutil.Process()
    while left := [child for child in me.children() if child.pid not in keep and child.is_running()]:
        below = [process for child in left for process in _below(child)]
        for process in (*left, *below):
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)


def may_grade(user: int, environment: Mapping[str, str]) -> bool:
    """Say whether another user, who owns nothing, can run this Python and read the course; only root can ask."""
    command = [sys.executable, "-P", "-c", MAY_GRADE]
    try:
        subprocess.run(command, check=True, capture_output=True, cwd="/", env=dict(environment),
                       user=user, group=user, extra_groups=[])  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def unused_users() -> int | None:
    """Give the first of the numbers of users whom no machine knows, if they may grade; None if this process may not be others."""
    if sys.platform == "win32" or os.geteuid() != 0 or not may_grade(FIRST_USER, os.environ):
        return None
    return FIRST_USER


def _prctl(option: int, value: int) -> bool:
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


def _below(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []
