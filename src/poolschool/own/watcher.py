"""Watch the pool of an engine: every checkout is noted, measured, and struck out when it ends.

What is noted lies in the pool's own records, and the records are held weakly: a watch keeps no engine, no pool and no
connection alive. The pool's class knows its watch, so `dispose()`, which makes a new pool of the same class, loses nothing.
"""

import os
from collections.abc import Iterable, Iterator
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, ref

from sqlalchemy import Engine, NullPool, Pool, QueuePool, StaticPool, event

from poolschool.own.callers import Callers
from poolschool.own.endpoints import name_requests, serving
from poolschool.own.holders import Checkout, Holder, server_process
from poolschool.own.metrics import PREFIX, Counts
from poolschool.own.patrol import Patrol, logger

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


def watch(
    engine: "Engine | AsyncEngine",
    app: object = None,
    *,
    name: str = "",
    warn_after: float | None = 30.0,
    stacks: bool = False,
    libraries: Iterable[str] = (),
) -> "Watch":
    """Watch an engine's pool, before its first connection if possible; an engine that is watched keeps its watch.

    `app`, a FastAPI or Starlette app, lets holders name their endpoint. `name` stands for the pool in metrics and warnings.
    `warn_after` is in seconds; None warns of nothing. `stacks` notes all lines of the app that led to a checkout.
    `libraries` are further modules to look past for the line, as in ["fastcrud"]. TypeError for what is no engine or app, ValueError for a time that is none.
    """
    target = getattr(engine, "sync_engine", engine)
    if not isinstance(target, Engine):
        raise TypeError(f"watch() takes an Engine or an AsyncEngine, not {type(engine).__name__}.")
    if warn_after is not None and not (isinstance(warn_after, int | float) and warn_after >= 0):
        raise ValueError(f"warn_after is a number of seconds, or None for no warning, and not {warn_after!r}.")
    if app is not None:
        name_requests(app)
    watched = getattr(type(target.pool), "watch", None) or Watch(target)
    watched.name = name or watched.name
    watched.warn_after, watched.callers = warn_after, Callers(libraries)
    watched._stacks = stacks
    return watched


DEEPEST = 30  # lines of a noted stack


class Watch:
    """What is known of one engine's pool. `watch()` makes it."""

    def __init__(self, engine: Engine) -> None:
        self.name = pool_name(engine)
        self.warn_after: float | None = None
        self.stopped = False
        self._stacks = False
        self.callers = Callers()
        self._engine = ref(engine)
        self._start_anew()
        engine.pool.__class__ = measured(type(engine.pool), self)
        for what, listener in self._listeners():
            event.listen(engine, what, listener)
        WATCHES.add(self)

    def _start_anew(self) -> None:
        """Begin with nothing noted; what an earlier life of this process noted, before a fork, is not found any more."""
        self._key = object()  # of our notes in the pool's records
        self._counts = Counts()
        self._lock = RLock()  # of the records; re-entrant: the collector may return a leaked connection meanwhile
        self._records: WeakSet[Any] = WeakSet()
        self._patrol: Patrol | None = None

    def _listeners(self) -> Iterator[tuple[str, Any]]:
        yield from (
            ("connect", self._opened),
            ("checkin", self._left),
            ("detach", self._detached),
        )

    def stop(self) -> None:
        """Leave the engine as it was before; what is noted so far can still be read."""
        engine = self._engine()
        if engine and getattr(type(engine.pool), "watch", None) is self:
            engine.pool.__class__ = type(engine.pool).__mro__[1]
            for what, listener in self._listeners():
                event.remove(engine, what, listener)
        self.stopped = True
        WATCHES.discard(self)

    def holders(self) -> list[Holder]:
        """Return who holds a connection now, the oldest checkout first."""
        return [checkout.holder(self.name, server_process(record)) for record, checkout in self._in_use()]

    def metrics(self) -> dict[str, Any]:
        """Return the numbers by OpenTelemetry's names: counts as int, `wait_time` and `use_time` as Times in seconds.

        `max` and `idle.max` are absent where a pool has no such limit.
        """
        with self._lock:
            open_ones = [record for record in self._records if record.dbapi_connection is not None]
        used = sum(record.in_use for record in open_ones)
        numbers = {"count{used}": used, "count{idle}": len(open_ones) - used} | self._counts.read()
        engine = self._engine()
        limits = limits_of(engine.pool) if engine else {}
        return {PREFIX + name: number for name, number in (numbers | limits).items()}

    def look(self) -> None:
        """Warn of each connection that has been in use for too long, once."""
        for record, checkout in self._in_use():
            if self.warn_after is not None and checkout.seconds >= self.warn_after and not checkout.reported:
                checkout.reported = True  # before the message: a return from now on is told
                if record.record_info.get(self._key) is checkout:  # it may have been returned while we looked
                    self._tell("in use for", checkout)

    def _tell(self, what: str, checkout: Checkout) -> None:
        holder = checkout.holder(self.name)
        led_here = "".join(f"\n    {line}" for line in holder.stack[1:])
        digits = 0 if holder.seconds >= 10 else 1
        logger.warning("pool %s: %s %.*f s: %s%s", self.name, what, digits, holder.seconds, holder, led_here)

    def _in_use(self) -> list[tuple[Any, Checkout]]:
        with self._lock:
            records = list(self._records)
        noted = ((record, record.record_info.get(self._key)) for record in records)
        in_use = [(record, checkout) for record, checkout in noted if checkout is not None]
        return sorted(in_use, key=lambda pair: pair[1].since)

    # What these raise would fail a checkout, or cost the pool a place: they do little.

    def _opened(self, _: Any, record: Any) -> None:
        with self._lock:
            self._records.add(record)
        record.record_info.setdefault(self._key, None)

    def _note(self, taken: Any, now: float) -> None:
        """Note who has taken a connection. A nested checkout, as SingletonThreadPool gives them, is the first one's."""
        record = taken._connection_record  # the same that every event gives; here it has no public name
        info, key = record.record_info, self._key
        if key not in info:  # it was opened before we watched, or before a fork
            self._opened(None, record)
        if info[key] is None:
            stack = self.callers.lines(DEEPEST) if self._stacks else (self.callers.line(),)
            request = serving.get()
            if request is not None:
                request.note_route()
            info[key] = Checkout(stack, request, id(taken.dbapi_connection), now)
        if self._patrol is None and self.warn_after is not None:
            self._patrol = Patrol(self)  # not earlier: a server that forks before it works has no thread

    def _left(self, _: Any, record: Any, what: str = "returned after all, after") -> None:
        """Strike it out. A record whose connection could not be opened is checked in as well: it was never taken."""
        checkout = record.record_info.get(self._key)
        if checkout is not None:
            record.record_info[self._key] = None
            self._counts.uses.add(perf_counter() - checkout.since)
            if checkout.reported:
                self._tell(what, checkout)

    def _detached(self, connection: Any, record: Any) -> None:
        """Strike out what has left the pool without a return: by detach(), or found by the collector in an async engine."""
        checkout = record.record_info.get(self._key)
        # The record is free before this event: somebody else may have taken it already, with another connection.
        if checkout is not None and checkout.connection == id(connection):
            self._left(connection, record, "not returned, but left the pool after")


def measured(pool_class: type[Pool], watched: Watch) -> type[Pool]:
    """Make a class like a pool's own that measures each checkout: the wait in the queue, a pre-ping, an opening.

    No event tells of a wait or of a time-out; every checkout, of a sync or an async engine, goes through `connect()`.
    """

    class MeasuredPool(pool_class):  # type: ignore[valid-type, misc]
        watch = watched

        def connect(self) -> Any:
            began, counts = perf_counter(), watched._counts
            counts.asking.append(None)
            try:
                connection = super().connect()
            except Exception as problem:  # a task that was cancelled is no failure: CancelledError is no Exception
                counts.fail(problem)
                raise
            finally:
                counts.asking.pop()
            now = perf_counter()
            counts.waits.add(now - began)
            watched._note(connection, now)
            return connection

    MeasuredPool.__name__, MeasuredPool.__qualname__ = pool_class.__name__, pool_class.__qualname__
    return MeasuredPool


def pool_name(engine: Engine) -> str:
    """Name a pool that has no name as OpenTelemetry says: "address:port/database", without user and password."""
    url = engine.url
    address = f"{url.host or ''}:{url.port}" if url.port else url.host or ""
    name = f"{address}/{url.database}" if address and url.database else address or url.database
    return str(engine.pool.logging_name or name or url.get_backend_name())


def limits_of(pool: Pool) -> dict[str, int]:
    """Return how many connections may be open, and may be idle; what has no limit is left out."""
    if isinstance(pool, NullPool):
        return {"idle.max": 0}
    if isinstance(pool, StaticPool):
        return {"max": 1, "idle.max": 1}
    if not isinstance(pool, QueuePool) or not pool.size():
        return {}  # pool_size=0 means no limit
    overflow = pool._max_overflow  # it has no public name
    return {"idle.max": pool.size()} | ({"max": pool.size() + overflow} if overflow >= 0 else {})


WATCHES: WeakSet[Watch] = WeakSet()


def _after_fork() -> None:
    """Begin anew in a child: what the parent holds and has counted is the parent's, and its threads are not here."""
    for watched in list(WATCHES):
        watched._start_anew()


if hasattr(os, "register_at_fork"):  # Windows cannot fork
    os.register_at_fork(after_in_child=_after_fork)
