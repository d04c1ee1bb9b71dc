"""Grade answers that are not trusted: confined workers, whose successes count only if the judging was left alone."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from poolschool.confined.job import ConfinedJob, Control, Limits
from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import Lesson
from poolschool.grading.grader import WORKER, Grader
from poolschool.grading.job import Job
from poolschool.grading.listener import Listener
from poolschool.grading.message import Message
from poolschool.grading.verdict import LessonResult, Verdict

CONFINED = "poolschool.confined.worker"
REFUSED = "refused while grading"
ALLOWED = "An answer may write in its temporary folder and talk to this machine's servers. It needs no processes and no other files."
CONTROLS = 2  # one before the tasks, one after them


class ConfinedGrader(Grader):
    """A grader whose workers are confined; of the course, answers may read these lessons' checkers."""

    def __init__(
        self, lessons: Sequence[Lesson], *, user: int | None = None, database: Callable[[], str] | None = None
    ) -> None:
        needs_database = any(read_exercise(lesson.checker).postgresql for lesson in lessons)
        super().__init__(postgresql=needs_database, database=database, workers=(WORKER, CONFINED))
        self.limits = Limits(tuple(dict.fromkeys(lesson.checker.parent for lesson in lessons)), user)

    def grade(
        self, lesson: Lesson, folder: Path, *, ignore_needs: bool = False, until: int | None = None
    ) -> LessonResult:
        """Grade an answer; what could not be judged is the answer's failure if the stub, as issued, can be judged here."""
        result = super().grade(lesson, folder, ignore_needs=ignore_needs, until=until)
        unjudged = {verdict.task for verdict in result.verdicts if verdict.status == "error"}
        if not unjudged:
            return result
        stub = super().grade(lesson, lesson.stub.parent.parent, ignore_needs=True)
        unjudged -= {verdict.task for verdict in stub.verdicts if verdict.status == "error"}
        verdicts = [_broken_off(verdict) if verdict.task in unjudged else verdict for verdict in result.verdicts]
        return replace(result, verdicts=tuple(verdicts))

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Make a folder that belongs to the user whom the worker is to become."""
        with super().scratch() as folder:
            if self.limits.user is not None:
                os.chown(folder, self.limits.user, self.limits.user)
            yield folder

    def listen(self, job: Job) -> Listener:
        """Have a confined worker do a job."""
        confined = ConfinedJob(**vars(job), limits=self.limits, controls=_controls())
        return ConfinedListener(self.context, self.worker, confined).listen()


class ConfinedListener(Listener):
    """Believes a success only if every control failed, nothing was changed and the worker came to a sound end."""

    def __init__(self, context: Any, worker: str, job: ConfinedJob) -> None:
        self.controls = {control.number: control.words for control in job.controls}
        self.refusals: list[str] = []
        self.noticed: list[str] = []
        self.failures: set[int] = set()
        super().__init__(context, worker, job, frozenset(self.controls))

    def listen(self) -> Self:
        """Listen, then say what was refused and whether the end was sound."""
        super().listen()
        if self.refusals and self.unimportable is not None:
            self.unimportable |= {
                "got": f"{REFUSED}: {self.refusals[0]}",
                "hint": ALLOWED,
                "forbidden": self.refusals[0],
            }
        if self.verdicts and not self.credible():
            self.tampering = self.tampering or "the process ended before it could be shown that nothing was changed"
        return self

    def credible(self) -> dict[int, Verdict]:
        """Give the verdicts that count: a failure always, a success only after a sound end."""
        sound = not self.controls and self.done
        return {number: verdict for number, verdict in self.verdicts.items() if sound or verdict.status == "failed"}

    def take(self, message: Message) -> None:
        """Note what a message says; controls and refusals are noted here."""
        match message:
            case ("raised", int(number)):
                self.failures.add(number)
            case ("verdict", Verdict() as verdict) if verdict.status == "passed" and verdict.task in self.failures:
                self.tampering = "a check that failed was called passed"
            case ("verdict", Verdict() as verdict) if verdict.task in self.tasks and verdict.task not in self.verdicts:
                super().take(("verdict", self._but_for_refusals(verdict)))
            case ("verdict", Verdict() as verdict) if verdict.task not in self.tasks:
                if verdict.status == "passed" or verdict.task not in self.controls:
                    self.tampering = "a check that must fail did not"
                elif self.controls[verdict.task] in verdict.got:
                    del self.controls[verdict.task]
            case ("refused", str(what)):
                self.refusals.append(what)
            case ("noticed", str(what)):
                self.noticed.append(what)
            case ("tampered", str(what)):
                self.tampering = what
            case _:
                super().take(message)

    def enough(self) -> bool:
        """Say whether there is nothing to wait for; here the worker's end is proof."""
        return bool(self.tampering) or self.unimportable is not None or self.done

    def end(self) -> None:
        """Give a worker that is about to end by itself a moment, then end it."""
        self.pipe.close()
        if self.done:
            self.process.join(0.2)
        super().end()

    def _but_for_refusals(self, verdict: Verdict) -> Verdict:
        """Fail a task in which something was tried that is not allowed, whatever became of it."""
        if verdict.status == "blocked" or not (self.refusals or self.noticed):
            return verdict
        noticed = self.noticed[:1]
        self.noticed.clear()
        if not self.refusals:  # a library was told no, and whoever asked it may have meant no harm
            return replace(verdict, forbidden=verdict.forbidden or noticed[0])
        what, *_ = self.refusals
        self.refusals.clear()
        got = f"{REFUSED}: {what}"
        return replace(verdict, status="failed", got=got, hint=ALLOWED, belief="", forbidden=what)


def _broken_off(verdict: Verdict) -> Verdict:
    """Call a task that this answer alone keeps from being judged what it is: failed."""
    return replace(
        verdict,
        status="failed",
        called=f"task {verdict.task}",
        got=f"the check broke off: {verdict.got}",
        expected="an answer with which the check comes to its end; with the stub it does",
        hint="Look for what grows without end, for what replaces parts of others, and for objects that break when looked at.",
    )


def _controls() -> tuple[Control, ...]:
    """Make up checks with numbers that no task has and words that nobody can guess."""
    return tuple(Control(10_000 + secrets.randbelow(10**9), secrets.token_hex(8)) for _ in range(CONTROLS))
