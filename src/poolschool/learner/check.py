"""`poolschool check`: the verdicts of `pytest exercises`, from a process that stays warm while you edit."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, Lesson, load_course
from poolschool.course.truths import truths
from poolschool.grading.grader import Grader
from poolschool.learner.plain_terminal import PlainTerminal
from poolschool.learner.progress import Progress, digest
from poolschool.learner.report import Report

SETTLE_MILLISECONDS = 40  # editors save in several steps; grade after the last
LOOK_ANYWAY = 1000  # milliseconds; some file systems send no notice
CLEAR = "\x1b[2J\x1b[H"


def check(topics: str | Sequence[str] | None, watch: bool, out: TextIO | None = None) -> int:
    """Grade some lessons or all, once or on every save; exit code 0 only when all that was graded last is solved."""
    course = load_course()
    names = (topics,) if isinstance(topics, str) else tuple(topics or (None,))
    lessons = list(dict.fromkeys(lesson for name in names for lesson in _lessons(course, name)))
    postgresql = any(read_exercise(lesson.checker).postgresql for lesson in lessons)
    session = LearnerSession(course, out or sys.stdout, postgresql=postgresql)
    solved = session.grade(lessons)
    if watch:
        return session.watch(lessons)
    return 0 if solved else 1


def _lessons(course: Course, name: str | None) -> list[Lesson]:
    """Find the lessons to grade: all, or what a name or path means; raise UserMistake if that has no exercise."""
    if name and os.path.isdir(name):  # noqa: PTH112 - False, and no OSError, for what no file can be called
        name = Path(name).resolve().name  # `.`, `..`, `exercises/p3_breaks/`
    named = course.lessons if name is None else course.lessons_of(name)
    lessons = [lesson for lesson in named if lesson.has_exercise]
    if not lessons:
        raise UserMistake(f"{name or 'The course'} has no exercise.")
    return lessons


class LearnerSession:
    """A learner at work: one warm grader, one terminal."""

    def __init__(self, course: Course, out: TextIO, *, postgresql: bool) -> None:
        self.course = course
        self.terminal = PlainTerminal(out)
        self.report = Report(self.terminal, course, truths(course), encoding=out.encoding or "utf-8")
        self.grader = Grader(postgresql=postgresql)
        self.progress = Progress(course.root)
        self.open: dict[str, bool] = {}  # by topic, as of the last grading

    def grade(self, lessons: list[Lesson]) -> bool:
        """Grade and report; explain the first open task only. Return whether all is solved."""
        solved = True
        for lesson in lessons:
            result = self.grader.grade(lesson, self.course.root / "exercises")
            self.open[lesson.topic] = result.first_open is not None
            self.report.lesson(result, explain=solved)
            self.progress.note(lesson, result)
            solved = solved and result.first_open is None
        self.progress.save()
        self.report.progress(self.progress, lessons)
        return solved

    def watch(self, lessons: list[Lesson]) -> int:
        """Grade what was saved, until Ctrl-C; what counts is the content, the file system's notice only wakes us up."""
        from watchfiles import watch

        folders = sorted({lesson.stub.parent for lesson in lessons})
        graded = {lesson: digest(lesson) for lesson in lessons}
        names = ", ".join(folder.relative_to(folder.parents[1]).as_posix() for folder in folders)
        self.terminal.line(f"\nWatching {names}. Save to grade again; Ctrl-C to leave.")
        notices = watch(
            *folders, debounce=SETTLE_MILLISECONDS, step=10, rust_timeout=LOOK_ANYWAY, yield_on_timeout=True
        )
        try:
            for _ in notices:
                for lesson in lessons:
                    if graded[lesson] == (now := digest(lesson)):
                        continue
                    if self.terminal.hasmarkup:
                        self.terminal.write(CLEAR)
                    graded[lesson] = now
                    self.grade([lesson])
        except KeyboardInterrupt:
            self.terminal.line()
        return 1 if any(self.open.values()) else 0
