"""What a checker imports: fail with reasons, name what was called, count connections, reach a database.

Small on purpose, and free of processes and threads: it also runs in the page.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Pool, event

# Every checker imports this module: so one that is run as a program, which would test nothing, need not say so itself.
PROGRAM = str(getattr(sys.modules.get("__main__"), "__file__", ""))
if checker := re.search(r"\bl\d\d_(\w+)_test\.py$", PROGRAM):
    sys.stderr.write(f"A checker is no program. Grade this lesson with: pytest exercises -k {checker[1]}\n")
    sys.exit(2)

P = ParamSpec("P")
T = TypeVar("T")


class Wrong(AssertionError):
    """A wrong answer, in words: what was called, what came back, what was expected, one hint, the belief behind it.

    `belief` is an id of quizzes/beliefs.toml.
    """

    def __init__(self, *, called: str, got: object, expected: object, hint: str, belief: str = "") -> None:
        super().__init__(f"{called}: {got}")
        self.called = called
        self.got = got if isinstance(got, str) else repr(got)
        self.expected = expected if isinstance(expected, str) else repr(expected)
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
    """Raise Wrong unless `got == expected`; both are shown as Python shows them."""
    CallNote.text = called
    if got != expected:
        raise Wrong(called=called, got=repr(got), expected=repr(expected), hint=hint, belief=belief)


@dataclass
class Connections:
    """How many connections were opened, closed, lent and given back while counting, over all pools together."""

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
        """Loans that have not been given back."""
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

    Uses SQLAlchemy's pool events on the class `Pool`; a loan ends when its connection is given back, invalidated
    or detached. A detached connection stays open, and counted as open, until it is closed.
    """
    seen = Connections()
    listening = []
    for name in ("connect", "close", "close_detached", "checkout", "checkin", "detach"):

        def note(*_: Any, name: str = name) -> None:
            seen.note(name)

        event.listen(Pool, name, note)
        listening.append((name, note))
    try:
        yield seen
    finally:
        for name, note in listening:
            event.remove(Pool, name, note)


def database_url() -> str:
    """Give the SQLAlchemy URL of the PostgreSQL that was started for this lesson (`pytestmark = pytest.mark.postgresql`)."""
    return os.environ["POOLSCHOOL_DATABASE_URL"]


def _short(value: object) -> str:
    if isinstance(value, str) and "://" in value:
        return "url"  # a database's address is long, differs each time and may hold a password
    shown = getattr(value, "__name__", None) or repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"
