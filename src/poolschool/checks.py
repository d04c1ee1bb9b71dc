"""What a checker imports: fail with reasons, name what was called, count connections, reach a database.

Small on purpose: it also runs in the page, which has neither processes nor threads.
"""

import asyncio
import datetime as datetime_module
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from threading import Event, Lock, RLock, Thread
from time import monotonic
from types import FrameType, ModuleType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine, Pool, QueuePool, event, exc, log

# Every checker imports this module: so one that is run as a program, which would test nothing, need not say so itself.
PROGRAM = str(getattr(sys.modules.get("__main__"), "__file__", ""))
if checker := re.search(r"\bl\d\d_(\w+)_test\.py$", PROGRAM):
    sys.stderr.write(f"A checker is no program. Grade this lesson with: pytest exercises -k {checker[1]}\n")
    sys.exit(2)

P = ParamSpec("P")
T = TypeVar("T")


MOST_SHOWN = 2000  # characters of one value
# Types whose values are compared as they are, whatever a subclass says of itself.
PLAIN: tuple[Any, ...] = (bool, int, float, complex, str, bytes, type(None), Decimal, Fraction)


class Wrong(AssertionError):
    """A wrong answer, in words: what was called, what was returned, what was expected, one hint, the belief behind it.

    `belief` is an id of quizzes/beliefs.toml.
    """

    def __init__(self, *, called: str, got: object, expected: object, hint: str, belief: str = "") -> None:
        super().__init__(f"{called}: {got}")
        self.called = called
        self.got = got if isinstance(got, str) else _repr(got)
        self.expected = expected if isinstance(expected, str) else _repr(expected)
        self.hint = hint
        self.belief = belief


class CallNote:
    """What the checker called last, so that an exception from the learner's code can name it."""

    text = ""


def call(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the learner's function; if it raises, the verdict says what was called and at which line it went wrong."""
    shown = [_short(arg) for arg in args] + [f"{name}={_short(value)}" for name, value in kwargs.items()]
    CallNote.text = f"{getattr(function, '__name__', function)}({', '.join(shown)})"
    return function(*args, **kwargs)


def expect(got: object, expected: object, *, called: str, hint: str, belief: str = "") -> None:
    """Raise Wrong unless `got == expected`; both are shown as Python shows them.

    Numbers, texts, lists, tuples and dicts are compared by what they hold: a class of the answer's own is not asked.
    """
    CallNote.text = called
    if not _equal(got, expected):
        raise Wrong(called=called, got=_repr(got), expected=_repr(expected), hint=hint, belief=belief)


@dataclass
class Connections:
    """How many connections were opened, closed, borrowed and returned while counting, over all pools together.

    `pools` describes each pool that was borrowed from; `disposals` counts `engine.dispose()`; `loans` holds, by the pool's
    record, each loan in use if loans are kept alive.
    """

    opened: int = 0
    closed: int = 0
    checkouts: int = 0
    checkins: int = 0
    most_open: int = 0
    most_checked_out: int = 0
    detached: int = 0
    events: list[str] = field(default_factory=list)
    # What follows is no count of events, so that it is not compared.
    disposals: int = field(default=0, compare=False)
    pools: list[str] = field(default_factory=list, compare=False)
    loans: dict[Any, Any] = field(default_factory=dict, compare=False)
    _known: WeakSet[Pool] = field(default_factory=WeakSet, compare=False)

    @property
    def open_now(self) -> int:
        return self.opened - self.closed

    @property
    def checked_out(self) -> int:
        """Loans that have not been returned."""
        return self.checkouts - self.checkins

    @property
    def not_returned(self) -> int:
        """Connections in use, and those that were detached from their pool and are still open."""
        return self.checked_out + self.detached

    def note(self, name: str) -> None:
        """Count one pool event by its SQLAlchemy name."""
        self.events.append(name)
        match name:
            case "connect":
                self.opened += 1
                self.most_open = max(self.most_open, self.open_now)
            case "close":
                self.closed += 1
            case "close_detached":
                self.closed += 1
                self.detached -= 1
            case "checkout":
                self.checkouts += 1
                self.most_checked_out = max(self.most_checked_out, self.checked_out)
            case "checkin":
                self.checkins += 1
            case "detach":
                self.checkins += 1
                self.detached += 1

    def note_loan(self, record: Any, loan: Any, keep_alive: bool) -> None:
        """Remember the pool of a loan, and the loan itself if it is to be kept alive."""
        if keep_alive:
            self.loans[record] = loan
        if loan._pool not in self._known:  # weakly: a pool refers to its engine, which must be free to go
            self._known.add(loan._pool)
            self.pools.append(describe(loan._pool))


@contextmanager
def count_connections(*, keep_alive: bool = False) -> Iterator[Connections]:
    """Count what every pool does inside the block, also pools that are made inside it.

    Uses SQLAlchemy's pool events on the class `Pool`; a loan ends when its connection is returned, invalidated
    or detached. A detached connection stays open, and counted as open, until it is closed.
    `keep_alive` refers to each loan until it is returned, so that none is returned only because Python freed it.
    """
    seen = Connections()
    own: list[str] = []
    # Threads note one after the other; a thread that holds it may note again, for a connection that is collected just then.
    one_at_a_time = RLock()
    listening: list[tuple[type, str, Callable[..., None]]] = []

    def listen(target: type, name: str, note: Callable[..., None]) -> None:
        event.listen(target, name, note)
        listening.append((target, name, note))

    def dispose(_: Engine) -> None:
        seen.disposals += 1

    def begin_loan(_: Any, record: Any, loan: Any) -> None:
        seen.note_loan(record, loan, keep_alive)

    def end_loan(_: Any, record: Any) -> None:
        seen.loans.pop(record, None)

    for name in ("connect", "close", "close_detached", "checkout", "checkin", "detach"):

        def note(*_: Any, name: str = name) -> None:
            with one_at_a_time:
                own.append(name)
                seen.note(name)

        listen(Pool, name, note)
    listen(Pool, "checkout", begin_loan)
    listen(Pool, "checkin", end_loan)
    listen(Pool, "detach", end_loan)
    listen(Engine, "engine_disposed", dispose)
    try:
        yield seen
    finally:
        removed = [name for target, name, note in listening if not _stop_listening(target, name, note)]
        for loan in list(seen.loans.values()):
            with suppress(Exception):
                loan.invalidate()
        seen.loans.clear()
        with one_at_a_time:
            changed = seen != _count(own)
        if removed or changed:
            raise Wrong(
                called="counting connections",
                got=f"the listeners for {', '.join(removed)} are gone" if removed else "the counts were changed",
                expected="pool events that reach every listener",
                hint="Take away only listeners that your own code has added.",
            )


def _stop_listening(target: type, name: str, note: Callable[..., None]) -> bool:
    """Remove a listener; say whether it was still there."""
    try:
        event.remove(target, name, note)
    except (exc.InvalidRequestError, ValueError, KeyError):  # as SQLAlchemy says it of one that is gone
        return False
    return True


def _count(names: list[str]) -> Connections:
    counted = Connections()
    for name in names:
        counted.note(name)
    return counted


def database_url() -> str:
    """Give the SQLAlchemy URL of the PostgreSQL that was started for this lesson (`pytestmark = pytest.mark.postgresql`)."""
    return os.environ["POOLSCHOOL_DATABASE_URL"]


def _short(value: object) -> str:
    if isinstance(value, str) and "://" in value:
        return "url"  # a database's address is long, differs each time and may hold a password
    shown = getattr(value, "__name__", None) or _repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"


def expect_type(got: object, kind: type, *, called: str) -> None:
    """Raise Wrong unless `got` is a `kind`: most often, a return is missing."""
    if not isinstance(got, kind):
        hint = (
            "Does every way through the function end in a `return`?"
            if got is None
            else "The stub says what it returns."
        )
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise Wrong(called=called, got=_short(got), expected=f"{article} {kind.__name__}", hint=hint)


def describe(pool: Pool) -> str:
    """Say which pool this is, with its limits if it has any."""
    if isinstance(pool, QueuePool):
        return f"{type(pool).__name__}, pool_size {pool.size()}, max_overflow {pool._max_overflow}"
    return type(pool).__name__


def borrow(engine: Engine, most: int, *, called: str) -> list[Connection]:
    """Borrow without waiting until the pool refuses or `most` are in use; raise Wrong if connecting fails."""
    borrowed: list[Connection] = []
    waits = getattr(engine.pool, "_timeout", None)
    if waits is not None:
        engine.pool._timeout = 0  # type: ignore[attr-defined] # a checker does not wait for what must not come
    try:
        while len(borrowed) < most:
            borrowed.append(engine.connect())
    except exc.TimeoutError:
        pass
    except Exception as problem:
        if not borrowed or not isinstance(problem, AssertionError):  # AssertionPool refuses the second with one
            raise Wrong(
                called=called,
                got=f"{type(problem).__name__}: {problem}".splitlines()[0],
                expected="a connection",
                hint="The engine was made, and could not connect. Does the driver know what `connect_args` hands it?",
            ) from None
    finally:
        if waits is not None:
            engine.pool._timeout = waits  # type: ignore[attr-defined]
    return borrowed


def call_elsewhere(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in a thread of its own; in the page, which has no threads, in a context of its own."""
    outcome: list[T] = []
    problems: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(call(function, *args, **kwargs))
        except BaseException as problem:
            problems.append(problem)

    thread = Thread(target=work)
    try:
        thread.start()
    except RuntimeError:
        Context().run(work)
    else:
        thread.join()
    if problems:
        raise problems[0]
    return outcome[0]


def _repr(value: object) -> str:
    """Return what repr() gives, cut where nobody would read on; words if it gives nothing."""
    try:
        text = repr(value)
    except (Exception, MemoryError) as problem:
        return f"a {type(value).__name__}, whose repr() raises {type(problem).__name__}"
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _equal(got: object, expected: object) -> bool:
    """Say whether two values are equal, by the equality of plain types where a plain one is expected."""
    kind, given = type(expected), type(got)
    real: Any = got
    if isinstance(expected, list | tuple) and kind in (list, tuple) and issubclass(given, kind):
        held = [*kind.__iter__(real)]
        return len(held) == len(expected) and all(map(_equal, held, expected))
    if isinstance(expected, dict) and kind is dict and issubclass(given, dict):
        values = {**dict.copy(real)}
        return values.keys() == expected.keys() and all(_equal(values[key], expected[key]) for key in expected)
    if kind in PLAIN:
        base = next((plain for plain in PLAIN if issubclass(given, plain)), None)
        return base is not None and (base.__eq__(got, expected) is True or kind.__eq__(expected, got) is True)
    return bool(got == expected)


class Clock:
    """One of `time`'s clocks, which a checker can let go ahead wherever a reference to it is kept.

    It counts as the real one in comparisons, and in a class it becomes no method, just as the real one.
    """

    ahead = 0.0  # seconds, of all clocks

    def __init__(self, real: Callable[[], Any], in_a_second: int) -> None:
        self.real, self.in_a_second = real, in_a_second
        self.__name__ = real.__name__

    def __call__(self) -> Any:
        now = self.real()
        return now + type(now)(Clock.ahead * self.in_a_second)

    def __eq__(self, other: object) -> bool:
        return self is other or self.real is other

    def __hash__(self) -> int:
        return hash(self.real)


CLOCKS = [Clock(getattr(time, name), 1) for name in ("time", "monotonic", "perf_counter")]
CLOCKS += [Clock(getattr(time, f"{clock.__name__}_ns"), 10**9) for clock in CLOCKS]


@contextmanager
def movable_clocks() -> Iterator[None]:
    """Give clocks that a checker can move to the code that is imported in this block; they show the right time until then.

    So they can be moved also where a default argument or a `default_factory` keeps them.
    """
    with _replaced([time], [(clock.real, clock) for clock in CLOCKS]):
        yield


@contextmanager
def advance_clock(module: ModuleType, seconds: float) -> Iterator[None]:
    """Let every clock that a learner's module may read go ahead by so many seconds inside the block.

    Reaches `time.time()`, `time.monotonic()`, `datetime.now()` and their relatives, also where the module imported them by
    name; those of `time` also where it keeps them otherwise, if it was imported with movable_clocks(). No timer goes off.
    """

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Later":
            return super().now(tz) + timedelta(seconds=Clock.ahead)

        @classmethod
        def utcnow(cls) -> "Later":
            return cls.now(UTC).replace(tzinfo=None)

    later = [(datetime, Later), *((clock.real, clock) for clock in CLOCKS)]
    with _replaced([time, datetime_module, module], later):
        Clock.ahead = seconds
        try:
            yield
        finally:
            Clock.ahead = 0.0


@contextmanager
def _replaced(modules: list[ModuleType], pairs: list[tuple[Any, Any]]) -> Iterator[None]:
    """Let names of these modules that stand for the first of a pair stand for the second inside the block."""
    places = [
        (module, name, value, new)
        for module in modules
        for name, value in list(vars(module).items())
        for real, new in pairs
        if value is real
    ]
    for module, name, _, new in places:
        setattr(module, name, new)
    try:
        yield
    finally:
        for module, name, value, _ in places:
            setattr(module, name, value)


@contextmanager
def count_pools() -> Iterator[list[str]]:
    """List the class of every pool that is made inside the block, also by an engine that is thrown away."""
    made: list[str] = []
    give_logger = log.instance_logger

    # Each pool asks for its logger while it is made. Its __init__ cannot be replaced: create_engine reads the keywords off it.
    def note(instance: Any, echoflag: Any = None) -> None:
        if isinstance(instance, Pool):
            made.append(type(instance).__name__)
        give_logger(instance, echoflag)

    log.instance_logger = note
    try:
        yield made
    finally:
        log.instance_logger = give_logger


def call_at_once(function: Callable[[], T], times: int) -> list[T]:
    """Call in so many threads at once and return what they returned; not in the page, which has no threads."""
    with ThreadPoolExecutor(times) as crowd:
        return [future.result() for future in [crowd.submit(function) for _ in range(times)]]


@contextmanager
def between_steps(module: ModuleType, act: Callable[[], object]) -> Iterator[Callable[..., Any]]:
    """Give a function for `sys.settrace` that has another thread act before each step of a learner's module in this one.

    Where a lock keeps the other thread out for 0.2 s, it acts no more. Not in the page, which has no threads.
    """
    held_up: list[Future[object]] = []

    def step(frame: FrameType, *_: object) -> Any:
        if frame.f_code.co_filename != module.__file__ or held_up:
            return None
        frame.f_trace_opcodes = True
        acting = other.submit(act)
        if not wait([acting], 0.2).done:
            held_up.append(acting)
        return step

    with ThreadPoolExecutor(1) as other:
        yield step


@contextmanager
def each_step_on_its_own_thread() -> Iterator[None]:
    """Let each `def` that FastAPI runs, and each end of a dependency, have a thread that ran nothing before.

    anyio promises no particular thread; at rest it takes the last one again. The page has no threads: nothing changes there.
    """
    if sys.platform == "emscripten":
        yield
        return
    from anyio import to_thread  # not at the top: a checker of a lesson without FastAPI does not need it

    run_sync = to_thread.run_sync

    async def run_alone(function: Callable[..., T], *args: Any, **_: Any) -> T:
        context = copy_context()
        with ThreadPoolExecutor(1) as thread:
            return await asyncio.get_running_loop().run_in_executor(thread, context.run, function, *args)

    to_thread.run_sync = run_alone  # type: ignore[assignment]
    try:
        yield
    finally:
        to_thread.run_sync = run_sync


class Meeting:
    """Hold threads until so many have come, or until so many seconds have passed since the first; then nobody is held."""

    def __init__(self, size: int, seconds: float) -> None:
        self._missing = size
        self._seconds = seconds
        self._until: float | None = None
        self._lock = Lock()
        self._complete = Event()

    def wait(self) -> None:
        """Come, and wait for the others."""
        with self._lock:
            self._missing -= 1
            self._until = self._until or monotonic() + self._seconds
            left = self._until - monotonic()
            if self._missing <= 0 or left <= 0:
                self._complete.set()
        self._complete.wait(max(0, left))
