"""What does `poolschool.own.watch` add to a checkout? It runs with the others.

    make bench ARGS=own

Microseconds of the processor for `engine.connect()` and `close()` on an SQLite file, from a call as deep as a request's:
without a watch, with one, and with one that notes the stack. Each checkout is for a request of its own, whose endpoint a
watch names. The three take turns, and of each the fastest round counts:
what else the machine does can only add to it. Targets: at most 10 µs without stacks, at most 60 µs with.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rows import Row, program
from sqlalchemy import Engine, create_engine

from poolschool.own import watch
from poolschool.own.endpoints import Request, serving

CHECKOUTS = 500  # in a round
ROUTE = SimpleNamespace(path="/orders/{number}")
SCOPE = {"type": "http", "method": "GET", "route": ROUTE, "endpoint": print, "root_path": "", "app_root_path": ""}
DEEP = 25  # calls of the app above the one that takes the connection


def rows(runs: int = 60) -> Iterator[Row]:
    """Take turns so many times."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.db'}"
        engines = [create_engine(url) for _ in range(3)]
        watch(engines[1]), watch(engines[2], stacks=True)
        for engine in engines:
            checkouts(engine)
        times = [[deep(DEEP, lambda engine=engine: checkouts(engine)) for engine in engines] for _ in range(runs)]
        for engine in engines:
            engine.dispose()
    bare, line, stack = map(min, zip(*times, strict=True))
    yield Row("a bare checkout and return", bare, "µs")
    yield Row("a watch adds: line, endpoint, numbers", line - bare, "µs", "at most 10")
    yield Row("a watch with stacks adds", stack - bare, "µs", "at most 60")


def checkouts(engine: Engine) -> float:
    """Take and return a connection many times; give the microseconds for each."""
    began = time.thread_time()
    for _ in range(CHECKOUTS):
        serving.set(Request(SCOPE))
        engine.connect().close()
    return (time.thread_time() - began) / CHECKOUTS * 1e6


def deep(calls: int, work: Callable[[], Any]) -> Any:
    """Do the work that many calls deeper."""
    return deep(calls - 1, work) if calls else work()


if __name__ == "__main__":
    program(rows, 60)
