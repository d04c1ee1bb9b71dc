"""What the grader asks of a confined worker besides the grading: its limits, and checks that must fail."""

from dataclasses import dataclass
from pathlib import Path

from poolschool.grading.job import Job


@dataclass(frozen=True)
class Limits:
    """What a confined worker may use: bytes of memory beyond its start, bytes of one file, files written, processes and threads.

    `user` is the number of a user (and group) to become, None to stay who one is. `readable` are the folders of the course that
    may be read, besides the system's and Python's; writing is allowed in the scratch folder only.
    """

    readable: tuple[Path, ...]
    user: int | None = None
    memory: int = 1 << 30
    file: int = 10_000_000
    files: int = 200
    processes: int = 300


@dataclass(frozen=True)
class Control:
    """A check that must fail, with words that nobody can guess: if it ends otherwise, the judging was tampered with."""

    number: int
    words: str


@dataclass(frozen=True)
class ConfinedJob(Job):
    """A job for an answer that is not trusted."""

    limits: Limits = Limits(())
    controls: tuple[Control, ...] = ()
