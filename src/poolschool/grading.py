"""Grade a lesson in processes of its own: start, listen, and end what does not end by itself.

Grader ──Order──> worker process (forked from a warm one where the system can)
       <──pipe──  importing · imported · started n · verdict … · done
       ──kill──>  whatever exceeds its time, with all its children
"""

import multiprocessing
import os
import re
import secrets
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from poolschool.course import Lesson
from poolschool.faults import UserMistake
from poolschool.message import Forged, Message, Reader, new_key
from poolschool.mishaps import IMPORT_SECONDS, for_all, out_of_time
from poolschool.order import Control, Limits, Order, enter
from poolschool.tasks import Exercise, Task, read_exercise
from poolschool.verdict import LessonResult, Verdict

WARM = "forkserver" in multiprocessing.get_all_start_methods()
# Naming the worker as a string keeps its imports (pytest, SQLAlchemy, FastAPI) out of this process.
WORKER = "poolschool.worker"
CONFINED = "poolschool.confined_worker"
REFUSED = "refused while grading"  # how the verdict begins on what a confined worker may not do
TAMPERED = "not counted, because the grading was tampered with"
ALLOWED = "An answer may write in its temporary folder and talk to this machine's servers. It needs no processes and no other files."
CONTROLS = 2  # one before the tasks, one after them
_starting = threading.Lock()  # starting hides the main module for a moment, from all threads


def warm_up(*, postgresql: bool = False, confined: bool = False) -> Any:
    """Let a process import what grading needs while this one goes on; give the context in which workers are forked from it."""
    context: Any = multiprocessing.get_context("forkserver" if WARM else "spawn")
    if WARM:
        drivers = ["psycopg", "sqlalchemy.dialects.postgresql.psycopg"] if postgresql else []
        context.set_forkserver_preload([WORKER, *drivers, *([CONFINED] if confined else [])])
        with _no_main():
            forkserver.ensure_running()
    return context


class Grader:
    """Grades lessons one after another; the first call warms a process up, later ones are forked from it.

    With `limits` the worker is confined, and a task counts as passed only if it can be shown that the judging was left alone.
    `database` gives the address of a PostgreSQL for lessons that need one; the course's own by default.
    """

    def __init__(
        self, *, postgresql: bool = False, limits: Limits | None = None, database: Callable[[], str] | None = None
    ) -> None:
        self.context = warm_up(postgresql=postgresql, confined=limits is not None)
        self.limits = limits
        self.database = database or _own_database

    def grade(self, lesson: Lesson, folder: Path, *, ignore_needs: bool = False) -> LessonResult:
        """Grade `folder/STEM.py` with the lesson's checker. `ignore_needs` runs every task, whatever earlier ones did."""
        exercise = read_exercise(lesson.checker)
        learner = (folder / f"{lesson.stem}.py").resolve()
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
            with _scratch(self.limits) as scratch:
                order = Order(
                    lesson.checker.resolve(),
                    learner,
                    left,
                    scratch,
                    IMPORT_SECONDS,
                    environment,
                    {number: verdict.status for number, verdict in verdicts.items()},
                    ignore_needs,
                    self.limits,
                    _controls() if self.limits else (),
                )
                heard = _Listener(self.context, order).listen()
            if heard.unimportable is not None:
                return for_all(exercise.tasks, **heard.unimportable)
            if heard.tampered:
                return verdicts | {task.number: _not_counted(task, heard.tampered) for task in left}
            verdicts |= heard.believed()
            if not heard.believed():  # nothing came of it, and trying again would not help
                broken = heard.broken or {"got": "the grading process ended without a word"}
                return verdicts | {task.number: Verdict(task.number, task.title, "error", **broken) for task in left}
        return verdicts


def confined_grader(
    lessons: Sequence[Lesson], *, user: int | None = None, database: Callable[[], str] | None = None
) -> Grader:
    """Make a grader for answers that are not trusted; of the course they may read these lessons' checkers."""
    needs_database = any(read_exercise(lesson.checker).postgresql for lesson in lessons)
    limits = Limits(tuple(dict.fromkeys(lesson.checker.parent for lesson in lessons)), user)
    return Grader(postgresql=needs_database, limits=limits, database=database)


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
    )


class _Listener:
    """One worker process, from start to end."""

    def __init__(self, context: Any, order: Order) -> None:
        self.order = order
        self.controls = {control.number: control.words for control in order.controls}
        self.verdicts: dict[int, Verdict] = {}
        self.unimportable: dict[str, Any] | None = None
        self.broken: dict[str, Any] | None = None
        self.tampered = ""
        self.refused: list[str] = []
        self.began = self.imported = self.done = False
        self.task: Task | None = None
        self.tasks = {task.number: task for task in self.order.tasks}
        self.pipe: Connection
        self.pipe, theirs = context.Pipe(duplex=False)
        key = new_key()
        self.reader = Reader(self.pipe, key, {*self.tasks, *self.controls})
        self.process = context.Process(target=enter, args=(theirs, order, [key]))
        with _no_main():
            self.process.start()
        theirs.close()

    def listen(self) -> "_Listener":
        """Take messages until the worker is done, dead or out of time."""
        self.limit = IMPORT_SECONDS * 3  # a cold start imports the libraries first
        give_up = time.monotonic() + self.limit
        try:
            while self.pipe.poll(max(0.0, give_up - time.monotonic())):
                for message in self.reader.take():
                    self._take(message)
                    give_up = time.monotonic() + self.limit
                if self._enough():
                    return self
            self._out_of_time()
        except (EOFError, OSError):
            self._died()
        except Forged as forged:
            self.tampered = f"{forged} came to the grader"
        finally:
            self._end()
        if self.refused and self.unimportable is not None:
            self.unimportable |= {"got": f"{REFUSED}: {self.refused[0]}", "hint": ALLOWED}
        if self.order.controls and self.verdicts and not self.believed():
            self.tampered = self.tampered or "the process ended before it could be shown that nothing was changed"
        return self

    def believed(self) -> dict[int, Verdict]:
        """Give the verdicts that count: a failure always, a success of a confined worker only if it came to a sound end."""
        sound = not self.controls and (self.done or not self.order.controls)
        return {number: verdict for number, verdict in self.verdicts.items() if sound or verdict.status == "failed"}

    def _take(self, message: Message) -> None:
        match message:
            case ("importing",):
                self.began, self.limit = True, IMPORT_SECONDS
            case ("imported",):
                self.imported, self.limit = True, IMPORT_SECONDS * 3
            case ("started", int(number)) if number in self.tasks:
                self.task = self.tasks[number]
                self.limit = self.task.seconds
            case ("verdict", Verdict() as verdict) if verdict.task in self.verdicts:
                self.tampered = "a task was judged twice"
            case ("verdict", Verdict() as verdict) if verdict.task in self.tasks:
                self.verdicts[verdict.task] = self._but_for_refusals(verdict)
                self.task, self.limit = None, IMPORT_SECONDS
            case ("verdict", Verdict() as verdict):
                if verdict.status == "passed" or verdict.task not in self.controls:
                    self.tampered = "a check that must fail did not"
                elif self.controls[verdict.task] in verdict.got:
                    del self.controls[verdict.task]
            case ("unimportable", dict(fields)):
                self.unimportable = fields
            case ("broken", dict(fields)):
                self.broken = fields
            case ("refused", str(what)):
                self.refused.append(what)
            case ("tampered", str(what)):
                self.tampered = what
            case ("done",):
                self.done = True

    def _enough(self) -> bool:
        """Say whether there is nothing to wait for: nobody waits for pytest to tidy up, except where its end is proof."""
        if self.tampered or self.unimportable is not None:
            return True
        return self.done or (not self.order.controls and len(self.verdicts) == len(self.tasks))

    def _but_for_refusals(self, verdict: Verdict) -> Verdict:
        """Fail a task in which something was tried that is not allowed, whatever became of it."""
        if not self.refused or verdict.status == "blocked":
            return verdict
        what, *_ = self.refused
        self.refused.clear()
        return replace(verdict, status="failed", got=f"{REFUSED}: {what}", hint=ALLOWED, belief="")

    def _out_of_time(self) -> None:
        where, code = _stuck_at(self.order.stacks, self.order.learner)
        words = out_of_time(self.limit, where, code)
        if self.task is not None:
            self._fail(self.task, **words)
        elif not self.imported:
            self.unimportable = {"called": f"import {self.order.learner.stem}", **words}

    def _died(self) -> None:
        self.process.join(5)
        ended = self.process.exitcode
        how = f"by signal {-ended}" if ended is not None and ended < 0 else f"with exit code {ended}"
        hint = "os._exit, a signal or a crash in C code: nothing of this may happen in a store."
        left = [task for number, task in self.tasks.items() if number not in self.verdicts]
        if self.task is not None:
            self._fail(self.task, got=f"the whole process ended {how}, in the middle of the task", hint=hint)
        elif self.imported and left and ended == 0:  # nothing of ours ends with 0 before it is done
            self._fail(left[0], got=f"the whole process ended {how}, before the task", hint=hint)
        elif self.began and not self.imported:
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
        if self.done and self.order.controls:
            self.process.join(0.2)  # it is about to end by itself
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
    with _starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


@contextmanager
def _scratch(limits: Limits | None) -> Iterator[Path]:
    """Make a folder for a worker's files, its own if it is to be another user, and remove it with all that is in it."""
    with tempfile.TemporaryDirectory(prefix="poolschool-", ignore_cleanup_errors=True) as folder:
        if limits is not None and limits.user is not None:
            os.chown(folder, limits.user, limits.user)
        yield Path(folder)


def _controls() -> tuple[Control, ...]:
    """Make up checks with numbers that no task has and words that nobody can guess."""
    return tuple(Control(10_000 + secrets.randbelow(10**9), secrets.token_hex(8)) for _ in range(CONTROLS))


def _own_database() -> str:
    from poolschool.database import running_url

    return running_url()


NO_TRICKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
MOST_STACKS = 1_000_000  # bytes
FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)


def _stuck_at(stacks: Path, learner: Path) -> tuple[str, str]:
    """Find the learner's innermost line in the stacks that the worker left; the main thread's come last and count first."""
    try:
        threads = _plain_text(stacks).split("\n\n")
        lines = _plain_text(learner).splitlines()
    except OSError:
        return "", ""
    for thread in reversed(threads):
        for frame in FRAME.finditer(thread):
            if Path(frame["file"]) == learner and int(frame["line"]) <= len(lines):
                return f"{learner.name}:{frame['line']}", lines[int(frame["line"]) - 1].strip()
    return "", ""


def _plain_text(path: Path) -> str:
    """Read a file that a learner's code may have replaced by a link, a pipe or a huge one."""
    with os.fdopen(os.open(path, os.O_RDONLY | NO_TRICKS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no plain file")
        return file.read(MOST_STACKS).decode("utf-8", errors="replace")
