"""Run threads one at a time, in an order that is chosen, to find an order that breaks the code of a learner's file.

    Stage(module) ── a copy of the file, for each run, on locks and clocks of ours ──> play(make, order) ──> Run
    explore(stage, make, times) ── orders at random ──> the first Run that breaks ── fewer threads, fewer switches ──> Run

The threads are real, and only the one that has the turn runs. The turn may go to another before each line of the learner's
file and at each lock. Whoever waits gives the turn away; when all wait, time passes: a clock of our own, so that nothing
really waits. Nothing outside of the copy is replaced: its imports of threading, queue and time give it ours.
"""

import ast
import builtins
import linecache
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from types import CodeType, FrameType, ModuleType
from typing import Any, NoReturn

MOST_STEPS = 2000  # lines and locks of one run; a pool that waits properly needs some dozens
MOST_SHOWN = 48  # characters of a line of code in the table of steps
REAL_SECONDS = 3.0  # for one run, which takes a millisecond
START = 1000.0  # what the clock shows at first

Work = Callable[[], object]
# Whose turn is it, of those who can run? None: go on, or as they stand in the list. `must` if the one asked for cannot go on.
Order = Callable[["Actor", list["Actor"], bool], "Actor | None"]
Plan = dict[tuple[str, int], str]  # whose nth step: to whom the turn goes


class Stop(BaseException):
    """Ends a thread of a run that is over. Not an Exception: `except Exception` is to let it through."""


def _closed() -> threading.Lock:
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
        self.ended = False
        self.turn = _closed()


class Run:
    """One order in which the threads took turns, and how it ended: `kind` and `text` say what broke, "" if nothing did."""

    def __init__(self, stage: "Stage", order: Order, *, telling: bool = False) -> None:
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
        self._over = _closed()

    def fail(self, kind: str, text: str) -> NoReturn:
        """End the run: this order breaks the code. Only the first failure counts."""
        if not self.kind:
            self.kind, self.text = kind, text
        raise Stop

    def tell(self, what: str) -> None:
        """Note what the thread whose turn it is has just done, for the table of steps."""
        if self.told is not None and self.current is not None and not self.kind:
            self.told.append((self.current.name, what))

    def step(self) -> None:
        """Come to a place at which another thread may get the turn."""
        me = self.current
        if self.kind:
            raise Stop
        if me is None:
            return
        me.steps += 1
        self._left -= 1
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
            raise Stop
        if me is None:
            self.fail("outside", "the pool waits while it is being made")
        me.steps += 1
        me.waits, me.deadline = for_what, deadline
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
        for worker, actor, work in zip(workers, self.actors, works.values(), strict=False):
            worker.give(self, actor, work)
        self.current = self._next(Actor(""))
        if self.current is not None:
            self.current.turn.release()
        if not self._over.acquire(timeout=REAL_SECONDS):
            self._stage.abandon()
            stuck = self.current.name if self.current else "the pool"
            self.kind, self.text = "outside", f"{stuck} waits for something that is none of threading, queue and time"
        self.current = None

    def end(self, me: Actor) -> None:
        """Take the turn from a thread that has ended."""
        me.ended, me.waits, me.deadline = True, None, None
        me.steps += 1  # so that no two choices have the same number
        target = None
        with suppress(Stop):
            target = self._next(me)
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
            raise Stop

    def _place(self, me: Actor) -> str:
        line = linecache.getline(self._stage.file, me.line).strip()
        shown = line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 1]}…"
        return f"line {me.line} `{shown}`" if line else "its first line"


class _Worker:
    """A thread that performs one actor after another, and lets each line of the learner's file be a step."""

    def __init__(self, stage: "Stage") -> None:
        self._file = stage.file
        self._job: tuple[Run, Actor, Work] | None = None
        self._begin = _closed()
        threading.Thread(target=self._work, daemon=True).start()

    def give(self, run: Run, actor: Actor, work: Work) -> None:
        self._job = run, actor, work
        self._begin.release()

    def dismiss(self) -> None:
        self._job = None
        self._begin.release()

    def _work(self) -> None:
        while True:
            self._begin.acquire()
            if self._job is None:
                return
            run, actor, work = self._job
            actor.turn.acquire()
            sys.settrace(self._enter(run, actor))
            try:
                if not run.kind:
                    work()
            except Stop:
                pass
            except BaseException as problem:
                run.kind, run.text = run.kind or "raised", run.text or f"{type(problem).__name__}: {problem}"
            finally:
                sys.settrace(None)
            run.end(actor)

    def _enter(self, run: Run, actor: Actor) -> Callable[..., Any]:
        def line(frame: FrameType, event: str, _: object) -> Any:
            if event == "line":
                actor.line = frame.f_lineno
                run.step()
            return line

        def enter(frame: FrameType, _event: str, _: object) -> Any:
            return line if frame.f_code.co_filename == self._file else None

        return enter


class Stage:
    """A learner's file, ready to be copied onto locks and clocks of ours; a context manager that ends its threads."""

    def __init__(self, module: ModuleType) -> None:
        self.file = str(module.__file__)
        self.run = Run(self, lambda *_: None)
        self._name = module.__name__
        self._code = compile(Path(self.file).read_text(encoding="utf-8"), self.file, "exec", dont_inherit=True)
        self._workers: list[_Worker] = []
        self._modules = _stand_ins(self)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.dismiss()

    def workers(self, count: int) -> list[_Worker]:
        """Give so many threads, kept from one run to the next."""
        while len(self._workers) < count:
            self._workers.append(_Worker(self))
        return self._workers[:count]

    def abandon(self) -> None:
        """Leave threads alone of which one does not stop."""
        self._workers = []

    def copy(self) -> dict[str, Any]:
        """Give the names of the learner's file, executed anew on our threading, queue and time."""

        def give(name: str, *args: Any, **kwargs: Any) -> ModuleType:
            return self._modules.get(name) or __import__(name, *args, **kwargs)

        names = {"__name__": self._name, "__file__": self.file, "__builtins__": {**vars(builtins), "__import__": give}}
        exec(self._code, names)  # noqa: S102 - the file that is being graded
        return names

    def play(self, make: "Make", order: Order, *, without: frozenset[str] = frozenset(), telling: bool = False) -> Run:
        """Run the threads that `make` gives, but for some, in one order."""
        self.run = run = Run(self, order, telling=telling)
        with suppress(Stop):
            works = make(run, self.copy())
            run.perform({name: work for name, work in works.items() if name not in without})
        return run


Make = Callable[[Run, dict[str, Any]], Mapping[str, Work]]


def explore(stage: Stage, make: Make, *, times: int, only: frozenset[str] = frozenset(), seed: int = 1) -> Run | None:
    """Play so many orders at random; give the first that breaks, made as short as possible and told, or None.

    `only` names the kinds of failure that count, by default all. What each run does depends on the seed alone.
    """
    for number in range(times):
        run = stage.play(make, _at_random(Random(f"{seed}.{number}"), number))  # noqa: S311 - a choice of orders, no secret
        if run.kind in only or (run.kind and not only) or run.kind == "outside":
            return _shorten(stage, make, run)
    return None


def _at_random(random: Random, number: int) -> Order:
    """Choose at random who runs when one waits, and interrupt after some steps: often in some runs, hardly ever in others."""
    rate = 0.0 if number == 0 else (0.03, 0.08, 0.2)[number % 3]
    until = [1 + int(random.expovariate(rate)) if rate else MOST_STEPS * 2]

    def order(_: Actor, among: list[Actor], must: bool) -> Actor | None:
        if not must:
            until[0] -= 1
            if until[0] > 0:
                return None
            until[0] = 1 + int(random.expovariate(rate))
            among = [actor for actor in among if not actor.ended and actor.waits is None]
        return random.choice(among)

    return order


def _planned(plan: Plan) -> Order:
    """Choose as planned; what is not planned lets each thread run until it waits."""

    def order(me: Actor, among: list[Actor], _: bool) -> Actor | None:
        name = plan.get((me.name, me.steps))
        return (
            name and next((it for it in among if it.name == name and not it.ended and it.waits is None), None) or None
        )

    return order


def _shorten(stage: Stage, make: Make, run: Run) -> Run:
    """Leave out threads and switches one after another, as long as the same thing breaks; tell what is left."""
    plan, without, kind = run.plan, frozenset[str](), run.kind

    def breaks(plan: Plan, without: frozenset[str]) -> Run | None:
        again = stage.play(make, _planned(plan), without=without, telling=True)
        return again if again.kind == kind else None

    best = breaks(plan, without)
    if best is None:  # the code does not do the same twice, as with random numbers of its own
        return run
    for actor in reversed(run.actors):
        if len(run.actors) - len(without) > 1 and (shorter := breaks(best.plan, without | {actor.name})):
            best, without = shorter, without | {actor.name}
    size = len(best.plan)
    while size:
        for some in _pieces(list(best.plan), size):
            left = {key: target for key, target in best.plan.items() if key not in some}
            if len(left) < len(best.plan) and (shorter := breaks(left, without)) and len(shorter.plan) < len(best.plan):
                best = shorter
        size //= 2
    return best


def _pieces(keys: list[tuple[str, int]], size: int) -> Iterator[list[tuple[str, int]]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def steps(run: Run) -> str:
    """Tell a run as a table: one row for each time that a thread has the turn."""
    rows: list[list[str]] = []
    for name, what in run.told or []:
        if rows and rows[-1][0] == name and name:
            rows[-1].append(what)
        else:
            rows.append([name, what])
    return "\n".join(f"{name or 'clock'}: {', '.join(what)}" for name, *what in rows)


def _stand_ins(stage: Stage) -> dict[str, ModuleType]:
    """Make threading, queue and time for the copies: Lock, RLock and the clock are ours, the rest is Python's own text."""
    class_of = _locks(stage)
    clock = _like(time)
    for name in ("monotonic", "time", "perf_counter"):
        setattr(clock, name, lambda: START + stage.run.now)
        setattr(clock, f"{name}_ns", lambda: int((START + stage.run.now) * 1e9))
    vars(clock)["sleep"] = lambda seconds: stage.run.sleep(seconds)

    threads = _like(threading)
    vars(threads).update(
        Lock=class_of["Lock"],
        RLock=class_of["RLock"],
        _RLock=class_of["RLock"],
        _PyRLock=class_of["RLock"],
        _CRLock=class_of["RLock"],
        _allocate_lock=class_of["Lock"],
        _time=vars(clock)["monotonic"],
    )
    exec(_pythons(threading, "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier"), vars(threads))  # noqa: S102

    class Thread(threading.Thread):
        def start(self) -> None:
            stage.run.fail("thread", "the pool starts a thread")

    class Timer(Thread):
        def __init__(self, interval: float, function: Callable[..., object], *_: object) -> None:
            super().__init__()

    vars(threads).update(Thread=Thread, Timer=Timer)
    low = _like(sys.modules["_thread"])
    vars(low).update(allocate_lock=class_of["Lock"], allocate=class_of["Lock"], RLock=class_of["RLock"])
    modules = {"threading": threads, "time": clock, "_thread": low, "_queue": ModuleType("_queue")}

    def give(name: str, *args: Any, **kwargs: Any) -> ModuleType:
        return modules.get(name) or __import__(name, *args, **kwargs)

    # Without C's SimpleQueue the module uses its own, which stands on a Semaphore.
    vars(modules["_queue"])["Empty"] = queue.Empty
    modules["queue"] = ModuleType("queue")
    vars(modules["queue"])["__builtins__"] = {**vars(builtins), "__import__": give}
    exec(_pythons(queue), vars(modules["queue"]))  # noqa: S102
    vars(modules["_queue"])["SimpleQueue"] = vars(modules["queue"])["SimpleQueue"]
    return modules


@cache
def _pythons(module: ModuleType, *classes: str) -> CodeType:
    """Give Python's own code of a module, or of some of its classes, to be executed on names of ours."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    if classes:
        tree.body = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name in classes]
    return compile(tree, str(module.__file__), "exec")


def _like(module: ModuleType) -> ModuleType:
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    return copy


def _locks(stage: Stage) -> dict[str, type]:
    """Make Lock and RLock whose waiting is the stage's."""

    class Lock:
        """A lock as threading's, whose waiting gives the turn to another thread."""

        def __init__(self) -> None:
            self._owner: object | None = None
            self._count = 0

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if not blocking and timeout != -1:
                raise ValueError("can't specify a timeout for a non-blocking call")
            if blocking and timeout < 0 and timeout != -1:
                raise ValueError("timeout value must be a non-negative number")
            run = stage.run
            run.step()
            deadline = None if timeout == -1 else run.now + timeout
            while self._count and not self._mine():
                if not blocking or (deadline is not None and run.now >= deadline):
                    return False
                run.wait(self, deadline)
            self._owner, self._count = run.current or stage, self._count + 1
            return True

        def release(self) -> None:
            if stage.run.kind:
                return
            if not self._count or not self._may_release():
                raise RuntimeError("release unlocked lock" if type(self) is Lock else "cannot release un-acquired lock")
            self._count -= 1
            if not self._count:
                self._owner = None
                stage.run.wake(self)

        def locked(self) -> bool:
            return self._count > 0

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *_: object) -> None:
            self.release()

        def _mine(self) -> bool:
            return False

        def _may_release(self) -> bool:
            return True

    class RLock(Lock):
        """A lock that its owner may take again."""

        def _mine(self) -> bool:
            return self._owner is (stage.run.current or stage)

        def _may_release(self) -> bool:
            return self._mine()

        def _is_owned(self) -> bool:
            return self._count > 0 and self._mine()

        def _release_save(self) -> int:
            count, self._count = self._count, 1
            self.release()
            return count

        def _acquire_restore(self, count: int) -> None:
            self.acquire()
            self._count = count

    return {"Lock": Lock, "RLock": RLock}
