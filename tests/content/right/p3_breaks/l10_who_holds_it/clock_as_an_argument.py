"""A clock as a default argument, and a lock around the notes."""

import time
from collections.abc import Callable
from threading import Lock

# in LeakDetector


def __init__(
    self, engine: Engine | AsyncEngine, patience: float = 30.0, clock: Callable[[], float] = time.monotonic
) -> None:
    self.patience, self.clock, self.lock = patience, clock, Lock()
    self.notes: dict[object, tuple[str, str, float]] = {}
    self.late: set[object] = set()
    self.ended: list[str] = []
    source = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(source, "checkout", self.enter)
    event.listen(source, "checkin", lambda _, record: self.end(record, "returned"))
    event.listen(source, "detach", lambda _, record: self.end(record, "left the pool"))


def enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    with self.lock:
        self.notes[record] = (calling_line(), serving.get(), self.clock())


def end(self, record: object, how: str) -> None:
    with self.lock:
        line, endpoint, since = self.notes.pop(record, ("", "", 0.0))
        if record in self.late:
            self.late.discard(record)
            self.ended.append(f"{line} {endpoint}".strip() + f": {how} after {self.clock() - since:.0f} s")


def who_holds(self) -> list[Holder]:
    with self.lock:
        return [Holder(line, endpoint, self.clock() - since) for line, endpoint, since in self.notes.values()]


def news(self) -> list[str]:
    with self.lock:
        texts, self.ended = self.ended, []
        for record, (line, endpoint, since) in self.notes.items():
            seconds = self.clock() - since
            if seconds > self.patience and record not in self.late:
                self.late.add(record)
                texts.append(f"{line} {endpoint}".strip() + f": in use for {seconds:.0f} s")
        return texts
