"""Who used the pools during a task that failed: plain data that goes with the Verdict. Standard library only: also in the page.

    {"asked": 61, "borrowers": [
        {"number": 3, "name": "Thread-2", "line": 14, "asked": 12.0, "waited": 100.1, "held": 0.0, "end": "gave up"}]}

`asked` counts all who asked a pool for a connection; `borrowers` are those of them that tell most, in the order of asking.
Times are milliseconds: `asked` since the task began, `waited` in the pool's queue, `held` until the end or the task's failure.
`line` is the line of the learner's file from which a connection was asked for, 0 if that file had no part in it; `name` is the
thread's or the asyncio task's. Where nobody waited, gave up or kept a connection, there are no borrowers: nothing to tell.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import islice, zip_longest
from math import isfinite
from typing import Any, Literal, get_args

End = Literal["returned", "not returned", "gave up", "waits", "got none"]
MOST_BORROWERS = 24  # that go with a verdict
MOST_NAME = 40  # characters
MOST_NUMBER = 10**9
A_WAIT = 1.0  # milliseconds in the queue that are worth a word
KINDS: dict[str, Callable[["Borrower"], bool]] = {
    "keeps": lambda one: one.end == "not returned" and one.line > 0,
    "gets none": lambda one: one.end in ("gave up", "waits", "got none"),
    "waited": lambda one: one.waited >= A_WAIT,
    "other": lambda _: True,
}


@dataclass(frozen=True)
class Borrower:
    """One who asked a pool for a connection, and what became of it."""

    number: int
    name: str
    line: int
    asked: float
    waited: float
    held: float
    end: End

    @property
    def kind(self) -> str:
        """The first of KINDS that fits."""
        return next(name for name, fits in KINDS.items() if fits(self))

    @property
    def until(self) -> float:
        """Milliseconds since the task began at which it ended, or was last seen."""
        return self.asked + self.waited + self.held


@dataclass(frozen=True)
class PoolUse:
    """How many asked in a task, and those that are shown."""

    asked: int = 0
    borrowers: tuple[Borrower, ...] = ()

    def most_telling(self, most: int) -> tuple[Borrower, ...]:
        """Give at most so many borrowers, some of each kind: those who keep a connection and those who want it."""
        kinds: list[list[Borrower]] = [[one for one in self.borrowers if one.kind == kind] for kind in KINDS]
        kinds[-1].sort(key=lambda one: -one.held)
        chosen = islice(_in_turn(kinds), most)
        return tuple(sorted(chosen, key=lambda one: one.number))


def telling(asked: int, borrowers: Iterable[Borrower]) -> PoolUse:
    """Make the PoolUse of a task: the borrowers that tell most, none of them where nothing went wrong with a pool."""
    everyone = PoolUse(asked, tuple(borrowers))
    told = any(one.kind != "other" and one.end != "got none" for one in everyone.borrowers)
    return PoolUse(asked, everyone.most_telling(MOST_BORROWERS)) if told else PoolUse()


def sentence(borrower: Borrower) -> str:
    """Say what became of one borrower."""
    place = f"at line {borrower.line}" if borrower.line else "outside of your file"
    wait = f", waited {milliseconds(borrower.waited)}" if borrower.waited >= A_WAIT else ""
    held = milliseconds(borrower.held)
    end = {
        "returned": f"held a connection for {held}",
        "not returned": f"held a connection for {held}, never returned it",
        "gave up": "gave up",
        "waits": "still waits",
        "got none": "got none",
    }[borrower.end]
    return f"Request {borrower.number} asked at {milliseconds(borrower.asked)} {place}{wait}, {end}"


def plain(use: PoolUse) -> dict[str, Any]:
    """Give it as JSON holds it."""
    return {"asked": use.asked, "borrowers": [asdict(one) for one in use.borrowers]}


def read_pool_use(data: Any) -> PoolUse:
    """Read plain data; raise ValueError for what no recorder writes: its fields, their types and their bounds are looked at."""
    match data:
        case {"asked": int(asked), "borrowers": list(rows)} if len(data) == 2 and len(rows) <= MOST_BORROWERS:
            use = PoolUse(asked, tuple(_read_borrower(row) for row in rows))
            numbers = [one.number for one in use.borrowers]
            if (
                type(asked) is int
                and 0 <= asked <= MOST_NUMBER
                and sorted(set(numbers)) == numbers
                and all(0 < n <= asked for n in numbers)
            ):
                return use
    raise ValueError("no use of a pool")


def pool_use_schema() -> dict[str, Any]:
    """Make the JSON Schema of the plain data."""
    kinds: dict[Any, dict[str, Any]] = {
        int: {"type": "integer", "minimum": 0},
        float: {"type": "number", "minimum": 0},
        str: {"type": "string"},
    }
    row: dict[str, Any] = {
        each.name: kinds.get(each.type) or {"enum": list(get_args(End))} for each in fields(Borrower)
    }
    one = {"type": "object", "properties": row, "required": list(row), "additionalProperties": False}
    properties = {"asked": kinds[int], "borrowers": {"type": "array", "items": one}}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _read_borrower(row: Any) -> Borrower:
    """Read one row; a whole number serves as a float, as JSON writes it."""
    if not isinstance(row, dict) or set(row) != {each.name for each in fields(Borrower)}:
        raise ValueError("another form of borrower")
    for each in fields(Borrower):
        value = row[each.name]
        if each.type in (int, float):
            right = type(value) is int or (each.type is float and type(value) is float and isfinite(value))
            if not right or not 0 <= value <= MOST_NUMBER:
                raise ValueError(f"{each.name} of another form")
        elif not isinstance(value, str) or len(value) > MOST_NAME:
            raise ValueError(f"{each.name} of another form")
    if row["end"] not in get_args(End):
        raise ValueError("another end")
    return Borrower(**row)


def _in_turn(kinds: list[list[Borrower]]) -> Iterator[Borrower]:
    """Give one of each kind, then the next of each."""
    return (one for row in zip_longest(*kinds) for one in row if one is not None)


def milliseconds(time: float) -> str:
    """Write a time as people read it: `12 ms`, below ten with a decimal, `1.5 s` from ten seconds on; halves go up, as in the page."""
    if time >= 10_000:
        return f"{_tenths(time / 1000)} s"
    return f"{int(time + 0.5)} ms" if time >= 10 else f"{_tenths(time)} ms"


def _tenths(number: float) -> str:
    return f"{int(number * 10 + 0.5) / 10:.1f}".removesuffix(".0")
