"""Who holds the store's connections: which line took each one, for which endpoint, and for how long."""

import sys
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.requests import HTTPConnection
from greenlet import getcurrent  # comes with sqlalchemy[asyncio]
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

# The endpoint that this thread or task serves, as in "GET /orders/{number}"; "" outside of a request.
serving: ContextVar[str] = ContextVar("serving", default="")


@dataclass(frozen=True)
class Holder:
    """One connection in use: the line that took it, the endpoint it was taken for, and for how many seconds so far."""

    line: str
    endpoint: str = ""
    seconds: float = 0.0


def name_endpoints(app: FastAPI) -> None:
    """Keep `serving` set during each request of an app that has no endpoints yet: they are added after this call."""

    # `async def`: a `def` dependency runs in a thread, in a copy of the context, and what it sets is gone with the copy.
    # An HTTPConnection: a Request would refuse websockets. The route knows the path as declared, not the one asked for.
    async def note_endpoint(connection: HTTPConnection) -> None:
        serving.set(f"{connection.scope.get('method', 'WEBSOCKET')} {connection.scope['route'].path}")

    app.router.dependencies.append(Depends(note_endpoint))


@dataclass
class Checkout:
    """What is noted at a checkout: text and numbers, so that nothing is kept alive by it."""

    line: str
    endpoint: str
    since: float
    reported: bool = False

    @property
    def seconds(self) -> float:
        """For how long it has been in use."""
        return monotonic() - self.since

    def __str__(self) -> str:
        return f"{self.line} {self.endpoint}".strip()


class LeakDetector:
    """Know who holds each connection of an engine. Make it before the engine is first used."""

    def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
        self.patience = patience
        self._in_use: dict[object, Checkout] = {}
        self._ended: list[str] = []
        # Events belong to the sync engine: an AsyncEngine refuses listeners.
        source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        event.listen(source, "checkout", self._enter)
        event.listen(source, "checkin", self._strike_out)
        # What leaves the pool has no checkin: by detach(), or when the collector finds an async connection.
        # The pool has its place back, but nobody has returned anything: an async leak must not read like a slow request.
        event.listen(source, "detach", partial(self._strike_out, how="left the pool"))

    # The record stays with a connection through its life in the pool. Keyed by the connection itself we would
    # miss one that was invalidated: at its checkin the event brings None in its place.
    def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
        self._in_use[record] = Checkout(calling_line(), serving.get(), monotonic())

    def _strike_out(self, _connection: Any, record: Any, how: str = "returned") -> None:
        # None: another listener may have failed the checkout before we noted it. Raised in here, a KeyError would cost
        # the pool a place for good.
        checkout = self._in_use.pop(record, None)
        if checkout and checkout.reported:
            self._ended.append(f"{checkout}: {how} after {checkout.seconds:.0f} s")

    def who_holds(self) -> list[Holder]:
        """Return one Holder for each connection in use, the oldest checkout first.

        `line` is the bare name of the file and the number, as in "orders.py:12": the innermost line that belongs neither
        to SQLAlchemy nor to Python's own library nor to this detector.
        """
        # A dict keeps its order, and what was returned was taken out: what is left stands in the order of the checkouts.
        # list(): other threads go on taking and returning while we look.
        return [Holder(checkout.line, checkout.endpoint, checkout.seconds) for checkout in list(self._in_use.values())]

    def news(self) -> list[str]:
        """Return what has happened since the last call, as a list of texts.

        "orders.py:12 GET /orders/{number}: in use for 31 s", once for a connection in use for more than `patience` seconds;
        "orders.py:12 GET /orders/{number}: returned after 75 s", for one that was reported before and is back in the pool;
        "orders.py:12 GET /orders/{number}: left the pool after 75 s", for one that was reported before and was detached.
        Without an endpoint: "orders.py:12: in use for 31 s".
        """
        news, self._ended = self._ended, []
        for record, checkout in list(self._in_use.items()):
            if checkout.seconds > self.patience and not checkout.reported:
                checkout.reported = True  # before the message: a return from now on is told
                if self._in_use.get(record) is not checkout:
                    continue  # it was returned while we looked
                news.append(f"{checkout}: in use for {checkout.seconds:.0f} s")
        return news


# engine.begin() comes through contextlib, and the innermost frames are this detector's own.
LIBRARIES = {"sqlalchemy", *sys.stdlib_module_names}


def calling_line() -> str:
    """Return "file:line" of the innermost frame outside of this detector, SQLAlchemy and the standard library."""
    for frame in stack():
        # By the name of the module, not of the file: the Session has a generated frame without a file.
        module = frame.f_globals.get("__name__", "")
        # This one by its whole name: in a package, its first part is the store's.
        if module != __name__ and module.partition(".")[0] not in LIBRARIES:
            # A string, not the frame: a kept frame keeps all its variables, also the connection.
            return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
    return "unknown"  # what is raised in here would fail the checkout


def stack() -> Iterator[FrameType]:
    """Walk outwards. An async engine runs SQLAlchemy in a greenlet: where its stack ends, that of its parent goes on."""
    running, frame = getcurrent(), sys._getframe()
    while running:
        while frame:
            yield frame
            frame = frame.f_back
        running = running.parent
        frame = running and running.gr_frame
