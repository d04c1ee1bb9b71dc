"""What the grader asks of a worker process, and the way in; importing this costs nothing."""

from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from poolschool.tasks import Task


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
    """A check that must fail, with words that nobody can guess: if it comes back otherwise, the judging was tampered with."""

    number: int
    words: str


@dataclass(frozen=True)
class Order:
    """What to grade: a checker, the learner's file, the tasks still to do and how earlier ones ended.

    `scratch` is a folder that the grader removes, whatever becomes of the worker.
    """

    checker: Path
    learner: Path
    tasks: tuple[Task, ...]
    scratch: Path
    import_seconds: float
    environment: dict[str, str]
    ended: dict[int, str] = field(default_factory=dict)
    ignore_needs: bool = False
    limits: Limits | None = None
    controls: tuple[Control, ...] = ()

    @property
    def stacks(self) -> Path:
        """The file for the stacks of a worker that is about to run out of time."""
        return self.scratch / "stacks"


def enter(pipe: Connection, order: Order, key: list[bytes]) -> None:
    """Begin to work, in the new process; only here the libraries are imported. `key` is emptied by who takes it."""
    from poolschool.worker import work

    work(pipe, order, key)
