"""What a checker imports: fail with reasons, name what was called, count connections, reach a database.

Small on purpose, and free of processes and threads: it also runs in the page.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Pool, event
from sqlalchemy.exc import InvalidRequestError

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
    """How many connections were opened, closed, borrowed and returned while counting, over all pools together."""

    opened: int = 0
    closed: int = 0
    checkouts: int = 0
    checkins: int = 0
    most_open: int = 0
    most_checked_out: int = 0
    events: list[str] = field(default_factory=list)

    @property
    def open_now(self) -> int:
        return self.opened - self.closed

    @property
    def checked_out(self) -> int:
        """Loans that have not been returned."""
        return self.checkouts - self.checkins

    def note(self, name: str) -> None:
        """Count one pool event by its SQLAlchemy name."""
        self.events.append(name)
        match name:
            case "connect":
                self.opened += 1
                self.most_open = max(self.most_open, self.open_now)
            case "close" | "close_detached":
                self.closed += 1
            case "checkout":
                self.checkouts += 1
                self.most_checked_out = max(self.most_checked_out, self.checked_out)
            case "checkin" | "detach":
                self.checkins += 1


@contextmanager
def count_connections() -> Iterator[Connections]:
    """Count what every pool does inside the block, also pools that are made inside it.

    Uses SQLAlchemy's pool events on the class `Pool`; a loan ends when its connection is returned, invalidated
    or detached. A detached connection stays open, and counted as open, until it is closed.
    """
    seen = Connections()
    own: list[str] = []
    listening = []
    for name in ("connect", "close", "close_detached", "checkout", "checkin", "detach"):

        def note(*_: Any, name: str = name) -> None:
            own.append(name)
            seen.note(name)

        event.listen(Pool, name, note)
        listening.append((name, note))
    try:
        yield seen
    finally:
        removed = [name for name, note in listening if not _stop_listening(name, note)]
        if removed or seen != _count(own):
            raise Wrong(
                called="counting connections",
                got=f"the listeners for {', '.join(removed)} are gone" if removed else "the counts were changed",
                expected="pool events that reach every listener",
                hint="Take away only listeners that your own code has added.",
            )


def _stop_listening(name: str, note: Callable[..., None]) -> bool:
    """Remove a listener; say whether it was still there."""
    try:
        event.remove(Pool, name, note)
    except (InvalidRequestError, ValueError, KeyError):  # as SQLAlchemy says it of one that is gone
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
