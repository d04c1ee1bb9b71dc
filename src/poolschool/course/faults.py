"""Authors' mistakes, reported as `path:line: what is wrong. What to do.`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TREES = ("docs", "exercises", "solutions", "quizzes")


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
        return _printable(f"{place}: {self.what} {self.way_out}")


class CourseFault(Exception):
    """All faults found in one reading, sorted by place. Its text is one line per fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class UserMistake(Exception):
    """Something a user asked for cannot be done; the text says why and what to do. The CLI prints it and exits 2."""


def course_path(path: Path) -> Path:
    """Shorten a path to what an author sees: from the course's folder on."""
    root = next((folder.parent for folder in path.parents if folder.name in TREES), None)
    return path.relative_to(root) if root else path


def _printable(text: str) -> str:
    """Escape what would break the line, or steer a terminal: a fault quotes what stands in the file."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
