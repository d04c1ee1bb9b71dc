"""The thread that looks for connections in use for too long: a leak says nothing by itself, and no event comes for it."""

import logging
import time
from threading import Thread
from typing import Protocol
from weakref import ReferenceType, ref

logger = logging.getLogger("poolschool.own")


class Looks(Protocol):
    """What is patrolled."""

    warn_after: float | None
    stopped: bool

    def look(self) -> None:
        """Warn of what is in use for too long."""


class Patrol:
    """One thread for one watch, which it does not keep alive: it ends with the watch, or when that is stopped."""

    def __init__(self, watched: Looks) -> None:
        Thread(target=_look_again, args=[ref(watched)], name="poolschool.own", daemon=True).start()


def _look_again(watched: "ReferenceType[Looks]") -> None:
    while (found := watched()) is not None and not found.stopped:
        try:
            found.look()
        except Exception:
            logger.exception("the pool could not be looked at")  # and the next round looks again
        pause = _pause(found.warn_after)
        del found  # while it sleeps, the watch may go
        time.sleep(pause)


def _pause(warn_after: float | None) -> float:
    """Give the seconds until the next look: a warning is late by a tenth at most, or by a second."""
    return 1.0 if warn_after is None else max(0.01, min(1.0, warn_after / 10))
