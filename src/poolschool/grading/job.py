"""What the grader asks of a worker process; importing this costs nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from poolschool.course.exercises import Task


@dataclass(frozen=True)
class Job:
    """What to grade: a checker, the learner's file, the tasks still to do and how earlier ones ended.

    `source` is the file to which the learner's leads, if that is a link. `scratch` is a folder that the grader removes, whatever becomes of the worker.
    """

    checker: Path
    learner: Path
    tasks: tuple[Task, ...]
    scratch: Path
    import_seconds: float
    environment: dict[str, str]
    ended: dict[int, str] = field(default_factory=dict)
    ignore_needs: bool = False
    source: Path | None = None

    @property
    def stacks(self) -> Path:
        """The file for the stacks of a worker that is about to run out of time."""
        return self.scratch / "stacks"
