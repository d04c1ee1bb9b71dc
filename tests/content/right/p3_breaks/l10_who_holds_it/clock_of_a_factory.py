"""A clock as a default_factory, notes in the record's info and in a list, frames from the traceback module."""

# whole: it shares nothing with the solution but its names

import sys
import time
import traceback
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import PurePath

import greenlet
from fastapi import Depends, FastAPI
from sqlalchemy import event
from starlette.requests import HTTPConnection

serving = ContextVar("serving", default="")


@dataclass(frozen=True)
class Holder:
    line: str
    endpoint: str = ""
    seconds: float = 0.0


@dataclass(eq=False)
class Use:
    line: str
    endpoint: str
    start: float = field(default_factory=time.monotonic)
    reported: bool = False

    @property
    def age(self):
        return time.monotonic() - self.start

    def __str__(self):
        return " ".join(filter(None, (self.line, self.endpoint)))


def ours(frame):
    top = (frame.f_globals.get("__name__") or "").split(".")[0]
    return frame.f_globals is not globals() and top != "sqlalchemy" and top not in sys.stdlib_module_names


def stacks(start):
    running = greenlet.getcurrent()
    yield start
    while running := running.parent:
        if running.gr_frame:
            yield running.gr_frame


def line():
    walk = (pair for start in stacks(sys._getframe(1)) for pair in traceback.walk_stack(start))
    return next((f"{PurePath(f.f_code.co_filename).name}:{n}" for f, n in walk if ours(f)), "unknown:0")


def name_endpoints(app: FastAPI):
    async def here(connection: HTTPConnection):
        scope = connection.scope
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        serving.set(f"{method} {scope['route'].path}")

    app.router.dependencies.insert(0, Depends(here))


class LeakDetector:
    def __init__(self, engine, patience=30.0):
        self.patience, self.uses, self.texts = patience, [], []
        inner = getattr(engine, "sync_engine", engine)

        @event.listens_for(inner, "checkout")
        def enter(_connection, record, _proxy):
            record.info[self] = use = Use(line(), serving.get())
            self.uses.append(use)

        def end_as(word):
            def end(_connection, record):
                use = record.info.pop(self, None)
                if use in self.uses:
                    self.uses.remove(use)
                if use and use.reported:
                    self.texts.append(f"{use}: {word} after {use.age:.0f} s")

            return end

        event.listen(inner, "checkin", end_as("returned"))
        event.listen(inner, "detach", end_as("left the pool"))

    def who_holds(self):
        return [Holder(use.line, use.endpoint, use.age) for use in list(self.uses)]

    def news(self):
        texts, self.texts = self.texts, []
        for use in list(self.uses):
            if use.age > self.patience and not use.reported:
                use.reported = True
                texts.append(f"{use}: in use for {use.age:.0f} s")
        return texts
