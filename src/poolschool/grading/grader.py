"""Grade a lesson in processes of its own: start, listen, and end what does not end by itself.

Grader ──Job──> worker process (forked from a warm one where the system can)
       <─pipe─  importing · imported · started n · verdict … · done
       ──kill─> whatever exceeds its time, with all its children
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from poolschool.course.exercises import Exercise, Task, read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Lesson
from poolschool.grading.job import Job
from poolschool.grading.listener import Listener
from poolschool.grading.plain_file import kind_of_place
from poolschool.grading.processes import warm_up
from poolschool.grading.stopped import IMPORT_SECONDS, blocked_behind_first
from poolschool.grading.verdict import LessonResult, Verdict

# Naming the worker as a string keeps its imports (pytest, SQLAlchemy, FastAPI) out of this process.
WORKER = "poolschool.grading.worker"
TAMPERED = "not counted, because the grading was tampered with"


class Grader:
    """Grades lessons one after another; the first call warms a process up, later ones are forked from it.

    `database` gives the address of a PostgreSQL for lessons that need one; the course's own by default.
    """

    def __init__(
        self,
        *,
        postgresql: bool = False,
        database: Callable[[], str] | None = None,
        workers: tuple[str, ...] = (WORKER,),
    ) -> None:
        """Warm up `workers`, modules of which the last one does the work."""
        self.worker = workers[-1]
        self.context = warm_up(workers, postgresql=postgresql)
        self.database = database or _own_database

    def grade(
        self, lesson: Lesson, folder: Path, *, ignore_needs: bool = False, until: int | None = None
    ) -> LessonResult:
        """Grade `folder/STEM.py` with the lesson's checker, all of its tasks or those up to number `until`.

        `ignore_needs` runs every task, whatever earlier ones did.
        """
        exercise = read_exercise(lesson.checker)
        if until is not None:
            exercise = replace(exercise, tasks=tuple(task for task in exercise.tasks if task.number <= until))
        place = folder / f"{lesson.stem}.py"
        learner = place.parent.resolve() / place.name  # a link keeps its name, which the checker imports
        try:
            environment = {"POOLSCHOOL_DATABASE_URL": self.database()} if exercise.postgresql else {}
        except UserMistake as mistake:
            verdicts = {
                task.number: Verdict(task.number, task.title, "error", got=str(mistake)) for task in exercise.tasks
            }
        else:
            verdicts = self._verdicts(lesson, exercise, learner, environment, ignore_needs)
        return LessonResult(
            lesson.topic, lesson.title, lesson.stem, tuple(verdicts[task.number] for task in exercise.tasks)
        )

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make a folder for a worker's files, and remove it with all that is in it."""
        with tempfile.TemporaryDirectory(prefix="poolschool-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def listen(self, job: Job) -> Listener:
        """Have a worker do a job."""
        return Listener(self.context, self.worker, job).listen()

    def _verdicts(
        self, lesson: Lesson, exercise: Exercise, learner: Path, environment: dict[str, str], ignore_needs: bool
    ) -> dict[int, Verdict]:
        if kind := kind_of_place(learner):
            name = f"{lesson.stem}.py"
            return blocked_behind_first(
                exercise.tasks,
                called=f"import {learner.stem}",
                got=_not_a_file(name, kind),
                expected="your answer at this place",
                hint="Files lie as they do in exercises/.",
            )
        verdicts: dict[int, Verdict] = {}
        while left := tuple(task for task in exercise.tasks if task.number not in verdicts):
            ended: dict[int, str] = {number: verdict.status for number, verdict in verdicts.items()}
            with self.scratch() as scratch:
                checker = lesson.checker.resolve()
                job = Job(
                    checker, learner, left, scratch, IMPORT_SECONDS, environment, ended, ignore_needs, learner.resolve()
                )
                heard = self.listen(job)
            if heard.unimportable is not None:
                return blocked_behind_first(exercise.tasks, **heard.unimportable)
            if heard.tampering:
                return verdicts | {task.number: _not_counted(task, heard.tampering) for task in left}
            verdicts |= heard.credible()
            if not heard.credible():  # nothing came of it, and trying again would not help
                broken = heard.broken or {"got": "the grading process ended without a word"}
                return verdicts | {task.number: Verdict(task.number, task.title, "error", **broken) for task in left}
        return verdicts


def _not_counted(task: Task, what: str) -> Verdict:
    """Give the verdict on a task of which nobody can say whether it was solved."""
    return Verdict(
        task.number,
        task.title,
        "failed",
        called=f"task {task.number}",
        got=f"{TAMPERED}: {what}",
        expected="answers that leave the grading alone",
        hint="Only what the functions of your answer do is graded. Take out whatever reaches beyond them.",
        forbidden=what,
    )


def _not_a_file(name: str, kind: str) -> str:
    """Say what lies in the place of an answer."""
    if kind == "nothing":
        return f"there is no file {name}"
    return f"{name} is {kind}" if kind.startswith(("a link", "closed")) else f"{name} is {kind}, not a file"


def _own_database() -> str:
    from poolschool.database.running import running_url

    return running_url()
