"""Who holds the store's connections: which line took each one, for which endpoint, and for how long.

Write the detector. It must neither hold on to what it watches nor stop the store.
Grade yourself with `pytest exercises -k who_holds_it`.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine
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
    # TODO 3: what runs before every endpoint, in the endpoint's own context, and knows the path as it was declared?


class LeakDetector:
    """Know who holds each connection of an engine. Make it before the engine is first used."""

    def __init__(self, engine: Engine | AsyncEngine, patience: float = 30.0) -> None:
        # TODO 1: the pool tells of each checkout. Which line of the store is behind it?
        # TODO 2: it also tells of each checkin, and of each connection that leaves it in another way.
        # TODO 5: an async engine has a sync engine inside, and a stack in two pieces.
        self.engine, self.patience = engine, patience

    def who_holds(self) -> list[Holder]:
        """Return one Holder for each connection in use, the oldest checkout first.

        `line` is the bare name of the file and the number, as in "orders.py:12": the innermost line that belongs neither
        to SQLAlchemy nor to Python's own library nor to this detector.
        """
        # TODO 3: `endpoint` is what `serving` was at the checkout, whoever asks, and whenever.
        return []

    def news(self) -> list[str]:
        """Return what has happened since the last call, as a list of texts.

        "orders.py:12 GET /orders/{number}: in use for 31 s", once for a connection in use for more than `patience` seconds;
        "orders.py:12 GET /orders/{number}: returned after 75 s", for one that was reported before and is back in the pool;
        "orders.py:12 GET /orders/{number}: left the pool after 75 s", for one that was reported before and was detached.
        Without an endpoint: "orders.py:12: in use for 31 s".
        """
        # TODO 4: a slow request returns its connection after all; a leak does not. Whoever reads the log must see which it is.
        #         The checker moves Python's clocks, and no timer goes off: look at a clock whenever news() is called.
        return []
