"""asyncio where there are neither sockets nor threads: an event loop that sleeps, and what anyio needs of threads.

Runs only in the page. pack.py lets anyio take `run_here` for `to_thread.run_sync` and `portal_here` for
`from_thread.start_blocking_portal`, so that Starlette's own TestClient works: a sync `def` endpoint runs where the loop
runs, one request after another, and no thread pool limits anything.
"""

import asyncio
import time
from asyncio import events
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any, TypeVar

T = TypeVar("T")
MOST_STEPS = 1000  # of a loop that settles; a task that never rests must not keep it for ever


class _Clock:
    """Stands where a loop keeps its selector: nothing ever comes from outside, so it only lets time pass."""

    def select(self, seconds: float | None) -> list[Any]:
        if seconds is None:
            raise RuntimeError("Everybody waits, and nobody is left to wake them up: a deadlock.")
        time.sleep(seconds)
        return []


@contextmanager
def _alone() -> Iterator[None]:
    """Hide the loop that Pyodide keeps running; asyncio allows one at a time."""
    outer = events._get_running_loop()
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(outer)


class SleepingLoop(asyncio.BaseEventLoop):
    """Runs coroutines and timers to their end on the only thread there is."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Clock()
        self._ready: Any

    def _process_events(self, _nothing: list[Any]) -> None: ...

    def _write_to_self(self) -> None: ...

    def finish(self, work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
        """Run until this is done, and everything beside it as far as it comes; return its result."""
        with _alone():
            return self.run_until_complete(work)

    def settle(self) -> None:
        """Let everything go on that need not wait for time to pass."""
        with _alone():
            for _ in range(MOST_STEPS):
                if not self._ready:
                    break
                self.call_soon(self.stop)
                self.run_forever()


def run(main: Coroutine[Any, Any, T], **_options: Any) -> T:
    """Stand in for `asyncio.run`."""
    return SleepingLoop().finish(main)


async def run_here(function: Callable[..., T], *args: Any, **_options: Any) -> T:
    """Stand in for `anyio.to_thread.run_sync`: call it now."""
    return function(*args)


class _Portal:
    """Stands in for anyio's BlockingPortal, without the thread behind it: what was started goes on while `call` runs."""

    def __init__(self) -> None:
        self._loop = SleepingLoop()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        try:
            return self._loop.finish(_awaited(function, *args))
        finally:
            self._loop.settle()

    def start_task_soon(self, function: Callable[..., Any], *args: Any, name: object = None) -> Future[Any]:  # noqa: ARG002 - anyio's signature
        future: Future[Any] = Future()
        task = self._loop.create_task(_awaited(function, *args))
        task.add_done_callback(lambda _: _chain(task, future))
        return future


def _chain(task: asyncio.Task[Any], future: Future[Any]) -> None:
    """Hand the outcome of a task on."""
    if task.cancelled():
        future.cancel()
        future.set_running_or_notify_cancel()
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


@contextmanager
def portal_here(*_args: Any, **_options: Any) -> Iterator[_Portal]:
    """Stand in for `anyio.from_thread.start_blocking_portal`."""
    yield _Portal()


async def _awaited(function: Callable[..., Any], *args: Any) -> Any:
    result = function(*args)
    return await result if isawaitable(result) else result
