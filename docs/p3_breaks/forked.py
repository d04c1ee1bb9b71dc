"""A forked process that goes step by step, so that what two processes do with one connection can be seen in order.

    Forked(job) ──fork──> child: runs the generator `job`, from one `yield` to the next, when it is told to
    step() ────────────>         and tells what it yielded
    wait_until(…)                for what another process does meanwhile

The lesson on forks and workers and its proofs import it; it needs a system that forks: Linux or macOS.
"""

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

PATIENCE = 10.0  # seconds; a step that takes longer waits for what will not come


class Forked:
    """A child of this process, made by fork: its memory is a copy, its open sockets are the same."""

    def __init__(self, job: Callable[[], Iterator[object]]) -> None:
        self._pipe, theirs = Pipe()
        with warnings.catch_warnings():
            # Python 3.12 warns whoever forks beside threads; ours hold no lock that the child needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if not self.pid:
            self._pipe.close()  # or the child would not notice that its parent is gone
            _go_step_by_step(job, theirs)
        theirs.close()

    def step(self) -> object:
        """Go on to the next `yield`; give what was yielded, or an error in words."""
        self.begin_step()
        return self.result()

    def begin_step(self) -> None:
        """Go on, and do not wait."""
        self._pipe.send(None)

    def result(self) -> object:
        """Wait for the end of a step; give what was yielded. TimeoutError if the child waits for what does not come."""
        if not self._pipe.poll(PATIENCE):
            raise TimeoutError("the forked process does not answer")
        return self._pipe.recv()

    def kill(self) -> None:
        """End the child at once: it says no goodbye to anybody."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
            self._pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()


def wait_until(happened: Callable[[], object]) -> None:
    """Ask again and again until it has happened. TimeoutError if it does not."""
    give_up = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > give_up:
            raise TimeoutError("what this waits for does not happen")
        time.sleep(0.005)


def _go_step_by_step(job: Callable[[], Iterator[object]], orders: Connection) -> None:
    """Be the child, until it is killed or its parent is gone."""
    try:
        steps = job()
        while True:
            orders.recv()
            try:
                told = next(steps, None)
            except Exception as problem:
                told = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
            orders.send(told)
    finally:
        os._exit(0)  # nothing of the parent's is closed, said goodbye to or written a second time
