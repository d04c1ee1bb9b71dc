"""A window on the pools of the page: what SQLAlchemy's own pool events tell, as plain data for a drawing.

Runs only in the page. A picture is sent after each event:

    {"pool": 1, "kind": "QueuePool", "size": 5, "most": 15, "event": "checkout", "slot": 2,
     "slots": [[1, "idle"], [2, "lent"]], "opened": 2, "closed": 0, "loans": 3, "waiting": 0, "gave_up": 0}

`size` and `most` are null for a pool without a limit. The order of the slots is the order in which they were opened; beyond
`size` they are overflow.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, QueuePool, event, exc
from sqlalchemy.pool.base import _ConnectionRecord

MOST_PICTURES = 400  # of one run; later ones are counted and only the last is sent

Picture = dict[str, Any]
LISTENED = ("connect", "checkout", "checkin", "close", "detach", "close_detached", "invalidate")


class _Seen:
    """What is known of one pool."""

    def __init__(self, number: int, pool: Pool) -> None:
        self.number = number
        self.kind = type(pool).__name__
        limited = isinstance(pool, QueuePool) and pool.size() > 0
        self.size = pool.size() if isinstance(pool, QueuePool) and limited else None
        overflow = pool._max_overflow if isinstance(pool, QueuePool) else -1
        self.most = self.size + overflow if self.size is not None and overflow >= 0 else None
        self.slots: dict[int, str] = {}
        self.of_record: WeakKeyDictionary[_ConnectionRecord, int] = WeakKeyDictionary()
        self.last = self.opened = self.closed = self.loans = self.waiting = self.gave_up = 0

    def picture(self, name: str, slot: int | None) -> Picture:
        return {
            "pool": self.number,
            "kind": self.kind,
            "size": self.size,
            "most": self.most,
            "event": name,
            "slot": slot,
            "slots": list(self.slots.items()),
            "opened": self.opened,
            "closed": self.closed,
            "loans": self.loans,
            "waiting": self.waiting,
            "gave_up": self.gave_up,
        }


class PoolWindow:
    """Watches every pool of the page; `tell` takes a picture after each event."""

    def __init__(self, tell: Callable[[Picture], None]) -> None:
        self.tell = tell
        self.pools: WeakKeyDictionary[Pool, _Seen] = WeakKeyDictionary()
        self.count = 0
        self.begin()
        for name in LISTENED:
            event.listen(Pool, name, self._listener(name))
        self._watch_waiting()

    def begin(self) -> None:
        """Begin a run: pools are numbered on, pictures counted anew."""
        self.pictures = 0
        self.held_back: dict[int, Picture] = {}

    def end(self) -> None:
        """End a run: tell what was held back."""
        for picture in self.held_back.values():
            self.tell(picture)
        self.held_back = {}

    def forget(self) -> None:
        """Begin anew with pool number 1."""
        self.pools.clear()
        self.count = 0

    def _listener(self, name: str) -> Callable[..., None]:
        def heard(_connection: Any, record: Any = None, _third: Any = None) -> None:
            pool = getattr(record, "_ConnectionRecord__pool", None)
            if pool is None:  # a connection that was detached and is closed now belongs to no pool
                return
            seen = self._seen(pool)
            slot = seen.of_record.get(record, 0)
            match name:
                case "connect":
                    seen.last += 1
                    slot = seen.of_record[record] = seen.last
                    seen.slots[slot] = "idle"
                    seen.opened += 1
                case "checkout" if slot in seen.slots:
                    seen.slots[slot] = "lent"
                    seen.loans += 1
                case "checkin" if slot in seen.slots:
                    seen.slots[slot] = "idle"
                case "close" | "detach" if slot in seen.slots:
                    del seen.slots[slot]
                    seen.closed += 1
                case "invalidate" if slot in seen.slots:
                    seen.slots[slot] = "broken"
                case _:
                    return
            self._show(seen.picture(name, slot))

        return heard

    def _seen(self, pool: Pool) -> _Seen:
        if pool not in self.pools:
            self.count += 1
            self.pools[pool] = _Seen(self.count, pool)
        return self.pools[pool]

    def _show(self, picture: Picture) -> None:
        self.pictures += 1
        if self.pictures <= MOST_PICTURES:
            self.tell(picture)
        else:
            self.held_back[picture["pool"]] = picture | {"skipped": self.pictures - MOST_PICTURES}

    def _watch_waiting(self) -> None:
        """No event tells of waiting, so the method in which QueuePool waits is wrapped; it does what it did."""
        original = QueuePool._do_get

        @wraps(original)  # whoever looks for the original finds it
        def do_get(pool: QueuePool) -> Any:
            limited = pool.size() > 0 and pool._max_overflow > -1
            if not (limited and pool.checkedin() == 0 and pool._overflow >= pool._max_overflow):
                return original(pool)
            seen, began = self._seen(pool), time.monotonic()
            seen.waiting += 1
            self._show(seen.picture("wait", None))
            try:
                got = original(pool)
            except exc.TimeoutError:
                seen.gave_up += 1
                seen.waiting -= 1
                self._show(seen.picture("timeout", None) | {"seconds": round(time.monotonic() - began, 2)})
                raise
            seen.waiting -= 1
            return got

        QueuePool._do_get = do_get  # type: ignore[method-assign, assignment]
