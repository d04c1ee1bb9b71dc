"""asyncio where there are neither sockets nor threads: an event loop that sleeps, and what anyio needs of threads.

Runs only in the page. pyodide_pack.py lets anyio take `run_here` for `to_thread.run_sync` and `portal_here` for
`from_thread.start_blocking_portal`, so that Starlette's own TestClient works: a sync `def` endpoint runs where the loop
runs, one request after another, and no thread pool limits anything.
"""

import asyncio
import time
from asyncio import events
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any, TypeVar

T = TypeVar("T")


class _Clock:
    """Stands where a loop keeps its selector: nothing ever comes from outside, so it only lets time pass."""

    def select(self, seconds: float | None) -> list[Any]:
        if seconds is None:
            raise RuntimeError("Everybody waits, and nobody is left to wake them up: a deadlock.")
        time.sleep(seconds)
        return []


class SleepingLoop(asyncio.BaseEventLoop):
    """Runs coroutines and timers to their end on the only thread there is."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Clock()

    def _process_events(self, _nothing: list[Any]) -> None: ...

    def _write_to_self(self) -> None: ...

    def finish(self, work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
        """Run until this is done, and everything beside it as far as it comes; return its result."""
        outer = events._get_running_loop()
        events._set_running_loop(None)
        try:
            return self.run_until_complete(work)
        finally:
            events._set_running_loop(outer)


def run(main: Coroutine[Any, Any, T], **_options: Any) -> T:
    """Stand in for `asyncio.run`."""
    return SleepingLoop().finish(main)


async def run_here(function: Callable[..., T], *args: Any, **_options: Any) -> T:
    """Stand in for `anyio.to_thread.run_sync`: call it now."""
    return function(*args)


class _Task:
    """A task of the portal's loop; asking for its result runs the loop until there is one."""

    def __init__(self, loop: SleepingLoop, work: Coroutine[Any, Any, Any]) -> None:
        self._loop = loop
        self._task = loop.create_task(work)

    def result(self, _timeout: float | None = None) -> Any:
        return self._loop.finish(self._task)

    def done(self) -> bool:
        return self._task.done()

    def cancel(self) -> bool:
        return self._task.cancel()


class _Portal:
    """Stands in for anyio's BlockingPortal, without the thread behind it."""

    def __init__(self) -> None:
        self._loop = SleepingLoop()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        return self._loop.finish(_awaited(function, *args))

    def start_task_soon(self, function: Callable[..., Any], *args: Any, name: object = None) -> _Task:  # noqa: ARG002 - anyio's signature
        return _Task(self._loop, _awaited(function, *args))


@contextmanager
def portal_here(*_args: Any, **_options: Any) -> Iterator[_Portal]:
    """Stand in for `anyio.from_thread.start_blocking_portal`."""
    yield _Portal()


async def _awaited(function: Callable[..., Any], *args: Any) -> Any:
    result = function(*args)
    return await result if isawaitable(result) else result
