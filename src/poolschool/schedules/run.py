"""One run: which thread has the turn, what each waits for, what time it is, and what broke."""

import linecache
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol

MOST_STEPS = 2000  # lines and locks of one run; a pool that waits properly needs some dozens
MOST_SHOWN = 48  # characters of a line of code in the table of steps
MOST_STOPS = 8  # times that a thread is told to end, in a `finally` and in a `with`
REAL_SECONDS = 5.0  # for one run, which takes a millisecond

Work = Callable[[], object]
# Whose turn is it, of those who can run? None: go on, or as they stand in the list. `must` if the one asked for cannot go on.
Order = Callable[["Actor", list["Actor"], bool], "Actor | None"]
Plan = dict[tuple[str, int], str]  # whose nth step: to whom the turn goes


class Stop(BaseException):
    """Ends a thread of a run that is over. Not an Exception: `except Exception` is to let it through."""


def closed_gate() -> threading.Lock:
    """Make a gate: acquire() waits before it until somebody calls release()."""
    gate = threading.Lock()
    gate.acquire()
    return gate


class Actor:
    """One thread of a run: where it is, what it waits for, until when."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.steps = 0
        self.line = 0  # of the learner's file
        self.waits: object | None = None
        self.deadline: float | None = None
        self.waited = 0  # how often it waited with a time-out, but for sleeping
        self.ended = False
        self.stops = 0  # how often it was told to end
        self.turn = closed_gate()


class Performer(Protocol):
    """A thread that can be given an actor's work."""

    def give(self, run: "Run", actor: Actor, work: Work) -> None:
        """Perform it as soon as the actor has the turn."""


class Home(Protocol):
    """Where a run takes its threads from: a Stage."""

    file: str

    def workers(self, count: int) -> Sequence[Performer]:
        """Give so many threads."""

    def forget(self, actor: Actor) -> None:
        """Do without the thread of an actor that will not end."""

    def abandon(self) -> None:
        """Do without all of them."""


class Run:
    """One order in which the threads took turns, and how it ended: `kind` and `text` say what broke, "" if nothing did."""

    def __init__(self, stage: "Home", order: Order, *, telling: bool = False) -> None:
        self.now = 0.0  # seconds since the start
        self.kind = self.text = self.about = ""  # `about` is the program's own: what is run
        self.plan: Plan = {}  # what the order did beyond letting each thread run until it waits
        self.told: list[tuple[str, str]] | None = [] if telling else None
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.stalled: Callable[[], None] = lambda: None  # called when all wait, before time passes
        self._stage = stage
        self._order = order
        self._left = MOST_STEPS
        self._over = closed_gate()

    def fail(self, kind: str, text: str) -> NoReturn:
        """End the run: this order breaks the code. Only the first failure counts."""
        if not self.kind:
            self.kind, self.text = kind, text
        raise Stop

    def tell(self, what: str) -> None:
        """Note what the thread whose turn it is has just done, for the table of steps."""
        if self.told is not None and self.current is not None and not self.kind:
            self.told.append((self.current.name, what))

    def step(self, line: int = 0) -> None:
        """Come to a place at which another thread may get the turn: before a line of the learner's file, or at a lock."""
        me = self.current
        if self.kind:
            self._end_thread(me)
        self._left -= 1
        if me is None:  # the pool is being made
            if self._left < 0:
                self.fail("endless", "the pool runs round a loop for ever while it is being made")
            return
        me.steps += 1
        me.line = line or me.line
        if self._left < 0:
            self.fail("endless", f"{me.name} runs round a loop for ever")
        target = self._order(me, self.actors, False)
        if target is not None and target is not me:
            self.plan[me.name, me.steps] = target.name
            self.tell(f"is interrupted at {self._place(me)}")
            self._hand_over(me, target)

    def wait(self, for_what: object, deadline: float | None, telling: str = "") -> None:
        """Let others run until somebody calls wake(for_what), or until the deadline."""
        me = self.current
        if self.kind:
            self._end_thread(me)
        if me is None:
            self.fail("outside", "the pool waits while it is being made")
        me.steps += 1
        me.waits, me.deadline = for_what, deadline
        me.waited += deadline is not None and for_what != "time"
        self.tell(telling or f"waits at {self._place(me)}")
        target = self._next(me)
        if target is not me:
            self._hand_over(me, target)
        me.deadline = None

    def wake(self, for_what: object) -> None:
        """Let everybody go on who waits for this."""
        for actor in self.actors:
            if actor.waits is for_what:
                actor.waits = None

    def sleep(self, seconds: float, telling: str = "") -> None:
        """Let so much time pass for this thread."""
        if seconds > 0:
            self.wait("time", self.now + seconds, telling)
        else:
            self.step()

    def perform(self, works: Mapping[str, Work]) -> None:
        """Run the threads to their end; `kind` says afterwards whether something broke."""
        workers = self._stage.workers(len(works))
        self.actors = [Actor(name) for name in works]
        for worker, actor, work in zip(workers, self.actors, works.values(), strict=True):
            worker.give(self, actor, work)
        self.current = self._next(Actor(""))
        if self.current is not None:
            self.current.turn.release()
        if not self._over.acquire(timeout=REAL_SECONDS):
            self._stage.abandon()
            stuck = self.current.name if self.current else "the pool"
            self.kind = self.kind or "outside"
            self.text = (
                self.text
                or f"{stuck} does not come to its next line: it waits for something else than threading, queue and time, or loops"
            )
        self.current = None

    def end(self, me: Actor) -> None:
        """Take the turn from a thread that has ended."""
        me.ended, me.waits, me.deadline = True, None, None
        me.steps += 1  # so that no two choices have the same number
        target = None
        with suppress(Stop):
            target = None if self.kind else self._next(me)
        if self.kind:  # the others are to end as well
            target = next((actor for actor in self.actors if not actor.ended), None)
        self.current = target
        (self._over if target is None else target.turn).release()

    def _next(self, me: Actor) -> Actor | None:
        """Say whose turn it is when this thread cannot go on; let time pass if nobody can."""
        while True:
            ready = [actor for actor in self.actors if not actor.ended and actor.waits is None]
            if ready:
                target = self._order(me, ready, True)
                if target is not None:
                    self.plan[me.name, me.steps] = target.name
                return target or ready[0]
            waiting = [actor for actor in self.actors if not actor.ended]
            if not waiting:
                return None
            self.stalled()
            deadlines = [actor.deadline for actor in waiting if actor.deadline is not None]
            if not deadlines:
                names = " and ".join(actor.name for actor in waiting)
                self.fail("deadlock", f"{names} {'wait' if len(waiting) > 1 else 'waits'} for ever")
            self.now = min(deadlines)
            for actor in waiting:
                if actor.deadline is not None and actor.deadline <= self.now:
                    actor.waits = None
            if self.told is not None:
                self.told.append(("", f"shows {self.now:g} s"))

    def _hand_over(self, me: Actor, target: Actor | None) -> None:
        self.current = target
        if target is not None:
            target.turn.release()
        me.turn.acquire()
        if self.kind:
            self._end_thread(me)

    def _end_thread(self, me: Actor | None) -> NoReturn:
        """End the thread whose turn it is: the run is over."""
        if me is not None:
            me.stops += 1
            if me.stops > MOST_STOPS:
                self._leave(me)
        raise Stop

    def _leave(self, me: Actor) -> None:
        """Let a thread stand still for ever: it may catch whatever would end it. Does not return."""
        self._stage.forget(me)
        self.end(me)
        closed_gate().acquire()

    def _place(self, me: Actor) -> str:
        line = linecache.getline(self._stage.file, me.line).strip()
        shown = line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 1]}…"
        return f"line {me.line} `{shown}`" if line else "its first line"
