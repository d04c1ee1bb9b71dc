"""Start worker processes: forked from a warm one where the system can, and without the running program in them."""

import multiprocessing
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from types import ModuleType
from typing import Any

WARM = "forkserver" in multiprocessing.get_all_start_methods()
DRIVERS = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg")
_starting = threading.Lock()  # starting hides the main module for a moment, from all threads


def warm_up(workers: tuple[str, ...], *, postgresql: bool = False) -> Any:
    """Let a process import the modules `workers` while this one goes on; give the context in which workers are forked from it."""
    context: Any = multiprocessing.get_context("forkserver" if WARM else "spawn")
    if WARM:
        context.set_forkserver_preload([*workers[:1], *(DRIVERS if postgresql else ()), *workers[1:]])
        with no_main():
            forkserver.ensure_running()
    return context


@contextmanager
def no_main() -> Iterator[None]:
    """Hide the running program from a new process, which would import it again: typer and all, or a script without guard."""
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
