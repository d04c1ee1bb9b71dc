"""Records who asks a pool for a connection, who waits, gives up, returns it or does not: beside a checker, unseen by it.

    asks        no event tells: the queue of a QueuePool is asked first, so its `get` is wrapped; other pools never let anybody wait
    gets        checkout          returns   checkin          takes out   detach, close_detached

Nothing here is on the stack of a listener, and a TimeoutError leaves through none of our frames. Of connections only the id
is kept, so that none lives longer. There is no lock: the collector may return a connection in the middle of anything, and
each step is one operation on a dict or a list.
"""

import asyncio
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from inspect import unwrap
from itertools import count
from pathlib import Path
from threading import get_ident
from time import perf_counter  # by name: a checker lets time's clocks go ahead
from types import FrameType
from typing import Any

from sqlalchemy import Pool, QueuePool, event, exc
from sqlalchemy.util import queue

from poolschool.grading.pool_use import MOST_NAME, Borrower, End, PoolUse, telling

MOST_FIRST = MOST_LAST = 200  # borrowers that are kept besides those who are not done
MOST_ASKING = 1000  # at the same time, those included who gave up and whose task or thread asked no more
NEAR = 4  # frames within which a pool's call to its queue is found; a checker may wrap the queue as well
ASKING = unwrap(QueuePool._do_get).__code__  # in the page poolschool.browser.pools wraps it
QUEUES: tuple[Any, ...] = (queue.Queue, queue.AsyncAdaptedQueue)

Flow = tuple[int, int, int]  # thread, task, queue: nobody asks twice at the same time
running_loop = asyncio._get_running_loop


class Ask:
    """One who asked: times in seconds of perf_counter."""

    __slots__ = ("asked", "ended", "frame", "got", "line", "name", "number", "queued", "waits")

    def __init__(self, number: int, frame: int, line: int, name: str) -> None:
        self.number, self.frame, self.line, self.name = number, frame, line, name
        self.asked, self.queued = perf_counter(), 0.0
        self.got: float | None = None
        self.ended: float | None = None
        self.waits = False


class Recorder:
    """Records what happens to all pools while it listens; `learner` is the file whose lines are named."""

    def __init__(self, learner: Path) -> None:
        self.learner = str(learner)
        self.begin()

    def begin(self) -> None:
        """Begin a task: forget those of the one before."""
        self.began = perf_counter()
        self.numbers = count(1)
        self.first: list[Ask] = []
        self.last: deque[Ask] = deque(maxlen=MOST_LAST)
        self.asking: dict[Flow, Ask] = {}
        self.held: dict[int, Ask] = {}  # by the id of the pool's record
        self.detached: dict[int, Ask] = {}  # by the id of the driver's connection

    def pool_use(self) -> PoolUse:
        """Give what has been seen up to now."""
        now = perf_counter()
        everyone = {ask.number: ask for ask in self._known()}
        return telling(max(everyone, default=0), [self._borrower(everyone[number], now) for number in sorted(everyone)])

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Record what happens in the block."""
        heard: dict[str, Callable[..., None]] = {
            "checkout": self._gets,
            "checkin": self._returns,
            "detach": self._takes_out,
            "close_detached": self._closes,
        }
        gets = [kind.get for kind in QUEUES]
        for name, listener in heard.items():
            event.listen(Pool, name, listener)
        for kind, get in zip(QUEUES, gets, strict=True):
            kind.get = self._waiting(get)
        try:
            yield
        finally:
            for kind, get in zip(QUEUES, gets, strict=True):
                kind.get = get
            for name, listener in heard.items():
                with suppress(exc.InvalidRequestError, ValueError, KeyError):  # a learner's code has taken it away
                    event.remove(Pool, name, listener)

    def _known(self) -> list[Ask]:
        """List all that are kept; other threads may go on meanwhile."""
        for _ in range(10):
            with suppress(RuntimeError):  # one of them changed while it was copied
                by_place = (self.asking.copy(), self.held.copy(), self.detached.copy())
                return [*self.first, *self.last, *(ask for place in by_place for ask in place.values())]
        return list(self.first)

    def _waiting(self, get: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap what gives a pool its next idle connection."""

        def recorded(idle: Any, block: bool = True, timeout: float | None = None) -> Any:
            ask = self._asks(sys._getframe(1), idle)
            if ask is None or not block:
                return get(idle, block, timeout)
            began, ask.waits = perf_counter(), True
            try:
                got = get(idle, block, timeout)
            except BaseException:
                ask.ended = perf_counter()  # for good, unless the pool opens one after all
                raise
            finally:
                ask.waits = False
                ask.queued += perf_counter() - began
            return got

        return recorded

    def _asks(self, caller: FrameType, idle: object) -> Ask | None:
        """Note that a pool looks for an idle connection; it may look again for the same borrower."""
        pool = caller if caller.f_code is ASKING else _further_out(caller)
        if pool is None:
            return None
        task, outer = _task(), pool.f_back
        flow = (get_ident(), id(task), id(idle))
        ask = self.asking.get(flow)
        again = outer is not None and outer.f_code is ASKING
        if ask is None or not (again or (pool is not caller and ask.frame == id(pool))):
            if len(self.asking) >= MOST_ASKING:
                with suppress(RuntimeError, StopIteration, KeyError):  # another thread was faster
                    del self.asking[next(iter(self.asking))]
            ask = self.asking[flow] = self._new(pool, task)
        return ask

    def _new(self, caller: FrameType, task: Any) -> Ask:
        ask = Ask(next(self.numbers), id(caller), self._line(caller), _name(task))
        if ask.number <= MOST_FIRST:
            self.first.append(ask)
        else:
            self.last.append(ask)
        return ask

    def _line(self, frame: FrameType | None) -> int:
        """Find the innermost line of the learner's; where a greenlet's stack ends, that of its parent goes on."""
        learner, greenlet = self.learner, None
        while True:
            while frame is not None:
                if frame.f_code.co_filename == learner:
                    return frame.f_lineno or 0
                frame = frame.f_back
            greenlet = greenlet.parent if greenlet else _parent()
            if greenlet is None:
                return 0
            frame = greenlet.gr_frame

    def _gets(self, _: Any, record: Any, loan: Any) -> None:
        task, idle = _task(), getattr(loan._pool, "_pool", None)
        ask = self.asking.pop((get_ident(), id(task), id(idle)), None)
        if ask is None:
            if id(record) in self.held:  # told again, because a listener found the connection broken
                return
            ask = self._new(sys._getframe(1), task)
        ask.got, ask.ended = perf_counter(), None
        self.held[id(record)] = ask

    def _returns(self, _: Any, record: Any) -> None:
        _end(self.held.pop(id(record), None))

    def _takes_out(self, connection: Any, record: Any) -> None:
        ask = self.held.pop(id(record), None)
        if ask is not None:
            self.detached[id(connection)] = ask

    def _closes(self, connection: Any) -> None:
        _end(self.detached.pop(id(connection), None))

    def _borrower(self, ask: Ask, now: float) -> Borrower:
        end: End
        asked, got, ended, waits = ask.asked, ask.got, ask.ended, ask.waits
        queued = now - asked if waits else ask.queued
        if got is not None:
            end = "not returned" if ended is None else "returned"
            held = (now if ended is None else ended) - asked - queued
        else:
            end, held = "waits" if waits else "gave up" if ended is not None else "got none", 0.0
        began, wait, hold = (round(max(0.0, time) * 1000, 1) for time in (asked - self.began, queued, held))
        return Borrower(ask.number, ask.name, ask.line, began, wait, hold, end)


def _end(ask: Ask | None) -> None:
    if ask is not None:
        ask.ended = perf_counter()


def _further_out(caller: FrameType) -> FrameType | None:
    """Find the pool that asks its queue through somebody else's wrapper."""
    frame = caller.f_back
    for _ in range(NEAR):
        if frame is None or frame.f_code is ASKING:
            return frame
        frame = frame.f_back
    return None


def _parent() -> Any:
    """Give the greenlet around the one that runs, None where there is none; without an async engine nobody has imported them."""
    greenlets: Any = sys.modules.get("greenlet")
    return greenlets.getcurrent().parent if greenlets else None


def _task() -> Any:
    """Give the asyncio task that runs, None outside of one."""
    loop = running_loop()
    return None if loop is None else asyncio.current_task(loop)


def _name(task: Any) -> str:
    """Name the task or thread that runs; "" if its name is no text or cannot be had."""
    try:
        # threading.current_thread() would enter a thread that it does not know.
        name = task.get_name() if task is not None else threading._active[get_ident()].name  # type: ignore[attr-defined]
    except Exception:  # a name may be the learner's
        return ""
    return str(name)[:MOST_NAME] if isinstance(name, str) else ""
