"""Grade a lesson in processes of its own: start, listen, and end what does not end by itself.

Grader ──Order──> worker process (forked from a warm one where the system can)
       <──pipe──  importing · imported · started n · verdict … · done
       ──kill──>  whatever exceeds its time, with all its children
"""

import multiprocessing
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from poolschool.course import Lesson
from poolschool.faults import UserMistake
from poolschool.mishaps import IMPORT_SECONDS, for_all, out_of_time
from poolschool.order import Order, enter
from poolschool.tasks import Exercise, Task, read_exercise
from poolschool.verdict import LessonResult, Verdict

WARM = "forkserver" in multiprocessing.get_all_start_methods()
# Naming the worker as a string keeps its imports (pytest, SQLAlchemy, FastAPI) out of this process.
WORKER = "poolschool.worker"


def warm_up(*, postgresql: bool = False) -> Any:
    """Let a process import what grading needs while this one goes on; give the context in which workers are forked from it."""
    context: Any = multiprocessing.get_context("forkserver" if WARM else "spawn")
    if WARM:
        drivers = ["psycopg", "sqlalchemy.dialects.postgresql.psycopg"] if postgresql else []
        context.set_forkserver_preload([WORKER, *drivers])
        with _no_main():
            forkserver.ensure_running()
    return context


class Grader:
    """Grades lessons one after another; the first call warms a process up, later ones are forked from it."""

    def __init__(self, *, postgresql: bool = False) -> None:
        self.context = warm_up(postgresql=postgresql)

    def grade(self, lesson: Lesson, folder: Path, *, ignore_needs: bool = False) -> LessonResult:
        """Grade `folder/STEM.py` with the lesson's checker. `ignore_needs` runs every task, whatever earlier ones did."""
        exercise = read_exercise(lesson.checker)
        learner = (folder / f"{lesson.stem}.py").resolve()
        try:
            environment = _environment(exercise)
        except UserMistake as mistake:
            verdicts = {
                task.number: Verdict(task.number, task.title, "error", got=str(mistake)) for task in exercise.tasks
            }
        else:
            verdicts = self._verdicts(lesson, exercise, learner, environment, ignore_needs)
        return LessonResult(
            lesson.topic, lesson.title, lesson.stem, tuple(verdicts[task.number] for task in exercise.tasks)
        )

    def _verdicts(
        self, lesson: Lesson, exercise: Exercise, learner: Path, environment: dict[str, str], ignore_needs: bool
    ) -> dict[int, Verdict]:
        if not learner.is_file():
            return for_all(
                exercise.tasks,
                called=f"import {learner.stem}",
                got=f"there is no file {lesson.stem}.py",
                expected="your answer at this place",
                hint="Files lie as they do in exercises/.",
            )
        verdicts: dict[int, Verdict] = {}
        while left := tuple(task for task in exercise.tasks if task.number not in verdicts):
            with tempfile.TemporaryDirectory(prefix="poolschool-", ignore_cleanup_errors=True) as scratch:
                order = Order(
                    lesson.checker.resolve(),
                    learner,
                    left,
                    Path(scratch),
                    IMPORT_SECONDS,
                    environment,
                    {number: verdict.status for number, verdict in verdicts.items()},
                    ignore_needs,
                )
                heard = _Listener(self.context, order).listen()
            if heard.unimportable is not None:
                return for_all(exercise.tasks, **heard.unimportable)
            verdicts |= heard.verdicts
            if not heard.verdicts:  # nothing came of it, and trying again would not help
                broken = heard.broken or {"got": "the grading process ended without a word"}
                return verdicts | {task.number: Verdict(task.number, task.title, "error", **broken) for task in left}
        return verdicts


class _Listener:
    """One worker process, from start to end."""

    def __init__(self, context: Any, order: Order) -> None:
        self.order = order
        self.verdicts: dict[int, Verdict] = {}
        self.unimportable: dict[str, Any] | None = None
        self.broken: dict[str, Any] | None = None
        self.imported = False
        self.pipe: Connection
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=enter, args=(theirs, order))
        with _no_main():
            self.process.start()
        theirs.close()

    def listen(self) -> "_Listener":
        """Take messages until the worker is done, dead or out of time."""
        task: Task | None = None
        limit = IMPORT_SECONDS * 3  # a cold start imports the libraries first
        by_number = {task.number: task for task in self.order.tasks}
        try:
            while self.pipe.poll(limit):
                match self.pipe.recv():
                    case ("importing",):
                        limit = IMPORT_SECONDS
                    case ("imported",):
                        self.imported, limit = True, IMPORT_SECONDS * 3
                    case ("started", int(number)):
                        task = by_number[number]
                        limit = task.seconds
                    case ("verdict", dict(fields)):
                        self.verdicts[fields["task"]] = Verdict(**fields)
                        task, limit = None, IMPORT_SECONDS
                        if len(self.verdicts) == len(by_number):
                            return self  # nobody waits for pytest to tidy up
                    case ("unimportable", dict(fields)):
                        self.unimportable = fields
                    case ("broken", dict(fields)):
                        self.broken = fields
                    case ("done",):
                        self.process.join(0.2)
                        return self
            self._out_of_time(task, limit)
        except (EOFError, OSError):
            self._died(task)
        finally:
            self._end()
        return self

    def _out_of_time(self, task: Task | None, limit: float) -> None:
        where, code = _stuck_at(self.order.stacks, self.order.learner)
        words = out_of_time(limit, where, code)
        if task is not None:
            self._fail(task, **words)
        elif not self.imported:
            self.unimportable = {"called": f"import {self.order.learner.stem}", **words}

    def _died(self, task: Task | None) -> None:
        self.process.join(5)
        ended = self.process.exitcode
        how = f"by signal {-ended}" if ended is not None and ended < 0 else f"with exit code {ended}"
        hint = "os._exit, a signal or a crash in C code: nothing of this may happen in a store."
        if task is not None:
            self._fail(task, got=f"the whole process ended {how}, in the middle of the task", hint=hint)
        elif not self.imported:
            got = f"the whole process ended {how} while your file was imported"
            self.unimportable = {"called": f"import {self.order.learner.stem}", "got": got, "hint": hint}

    def _fail(self, task: Task, **words: Any) -> None:
        self.verdicts[task.number] = Verdict(
            task.number,
            task.title,
            "failed",
            expected=task.fact,
            belief=task.belief,
            called=f"task {task.number}",
            **words,
        )

    def _end(self) -> None:
        self.pipe.close()
        if self.process.is_alive():
            import psutil  # only for what has to be ended: it would cost every grading its import

            try:
                children = psutil.Process(self.process.pid).children(recursive=True)
            except psutil.Error:
                children = []
            for child in children:
                with suppress(psutil.Error):
                    child.kill()
            self.process.kill()
        if sys.platform != "win32" and self.process.pid is not None:
            with suppress(OSError):  # what a dead worker left behind still belongs to its group
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join(5)


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the running program from a new process, which would import it again: typer and all, or a script without guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _environment(exercise: Exercise) -> dict[str, str]:
    if not exercise.postgresql:
        return {}
    from poolschool.database import running_url

    return {"POOLSCHOOL_DATABASE_URL": running_url()}


FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)


def _stuck_at(stacks: Path, learner: Path) -> tuple[str, str]:
    """Find the learner's innermost line in the stacks that the worker left; the main thread's come last and count first."""
    try:
        threads = stacks.read_text(encoding="utf-8", errors="replace").split("\n\n")
        lines = learner.read_text(encoding="utf-8").splitlines()
    except OSError:
        return "", ""
    for thread in reversed(threads):
        for frame in FRAME.finditer(thread):
            if Path(frame["file"]) == learner and int(frame["line"]) <= len(lines):
                return f"{learner.name}:{frame['line']}", lines[int(frame["line"]) - 1].strip()
    return "", ""
