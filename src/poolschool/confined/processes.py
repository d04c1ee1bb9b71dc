"""Other processes, where a submission is graded: none that it starts is left."""

import contextlib
import ctypes
import sys
from collections.abc import Collection

import psutil

SUBREAPER, DUMPABLE = 36, 4  # PR_SET_CHILD_SUBREAPER and PR_SET_DUMPABLE of Linux's prctl


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


def _prctl(option: int, value: int) -> bool:
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


def _below(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []
