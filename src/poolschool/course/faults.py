"""What an author did wrong, said so that it can be mended: `path:line: what is wrong. What to do.`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in the course's sources.

    `line` counts from 1; 0 means the file as a whole.
    `what` says what is wrong, `way_out` what to do; both are whole sentences.
    """

    path: Path
    line: int
    what: str
    way_out: str

    def __str__(self) -> str:
        place = f"{self.path.as_posix()}:{self.line}" if self.line else self.path.as_posix()
        return f"{place}: {self.what} {self.way_out}"


class CourseFault(Exception):
    """All faults found in one reading, sorted by place. Its text is one line per fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class UserMistake(Exception):
    """Something a user asked for cannot be done; the text says why and what to do. The CLI prints it and exits 2."""
