"""Start worker processes: forked from a warm one where the system can, and without the running program in them.

Nor do they import from the folder in which the program runs: a learner's random.py there would hide Python's own.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from types import ModuleType
from typing import Any

from poolschool import FOLDER

WARM = "forkserver" in multiprocessing.get_all_start_methods()
DRIVERS = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg")
SAFE_PATH = "PYTHONSAFEPATH"
_starting = threading.Lock()  # starting hides the main module for a moment, from all threads


def warm_up(workers: tuple[str, ...], *, postgresql: bool = False) -> Any:
    """Let a process import the modules `workers` while this one goes on; give the context in which workers are forked from it."""
    context: Any = multiprocessing.get_context("forkserver" if WARM else "spawn")
    if WARM:
        drivers = DRIVERS if postgresql else ()
        context.set_forkserver_preload(["poolschool.grading.no_garbage", *workers[:1], *drivers, *workers[1:]])
        with clean_start():
            forkserver.ensure_running()
    return context


@contextmanager
def clean_start() -> Iterator[None]:
    """Hide the running program from a new process, which would import it again, and the folder in which it runs."""
    with _starting:
        main, path, safe = sys.modules["__main__"], sys.path, os.environ.get(SAFE_PATH)
        sys.modules["__main__"] = ModuleType("__main__")
        sys.path = path_without_here(path)  # a new process gets a copy of it
        os.environ[SAFE_PATH] = "1"  # like `python -P`
        try:
            yield
        finally:
            sys.modules["__main__"], sys.path = main, path
            if safe is None:
                del os.environ[SAFE_PATH]
            else:
                os.environ[SAFE_PATH] = safe


def path_without_here(path: list[str]) -> list[str]:
    """Return where to import from without the current folder, unless this package itself lies in it."""
    here = os.path.realpath(os.curdir)
    ours = os.path.realpath(FOLDER.parent)
    return [place for place in path if (there := os.path.realpath(place or os.curdir)) == ours or there != here]
