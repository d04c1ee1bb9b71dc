"""Verdicts in a terminal: what passed, the first open task in words, what waits for it, how far the course is."""

import shutil
import textwrap
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from poolschool.course.faults import CourseFault
from poolschool.course.labs import load_labs
from poolschool.course.lessons import Course, Lesson
from poolschool.errors.entry import Entry, load_entries
from poolschool.errors.finder import find
from poolschool.grading.pool_use import read_pool_use
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.grading.words import explanation, printable
from poolschool.learner.pool_picture import PLAIN_SIGNS as PLAIN_POOL
from poolschool.learner.pool_picture import SIGNS as POOL
from poolschool.learner.pool_picture import draw
from poolschool.learner.progress import Progress

SIGNS = {"passed": "✓", "failed": "✗", "blocked": "·", "error": "!"}
PLAIN_SIGNS = {"passed": "+", "failed": "x", "blocked": ".", "error": "!"}
COLOURS = {"passed": "green", "failed": "red", "blocked": "light", "error": "yellow"}
LABEL = 11  # columns before the words of a verdict
MOST_COLUMNS = 110
MOST_DRAWN = 80  # columns of a drawing and what stands before it


class Terminal(Protocol):
    """What a report needs of a terminal; pytest's TerminalWriter is one."""

    hasmarkup: bool

    def line(self, s: str = "", **markup: bool) -> None:
        """Write a line."""

    def markup(self, text: str, **markup: bool) -> str:
        """Colour a piece of text, if the terminal has colours."""


@dataclass
class Report:
    """Writes results to a terminal. `detail` adds the learner's stack frames to a failure."""

    terminal: Terminal
    course: Course
    truths: dict[str, tuple[str, str]]
    detail: bool = False
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        try:
            "✓✗·█░━→".encode(self.encoding)
            self.signs, self.bar, self.pool = SIGNS, "█░", POOL
        except (UnicodeEncodeError, LookupError):
            self.signs, self.bar, self.pool = PLAIN_SIGNS, "#-", PLAIN_POOL

    def lesson(self, result: LessonResult, *, explain: bool = True) -> None:
        """Say how one lesson stands: a line per task, then the first open one in words."""
        terminal = self.terminal
        terminal.line(self._safe(f"{result.title}  ({result.topic})"), bold=True)
        for verdict in result.verdicts:
            sign = terminal.markup(self.signs[verdict.status], **{COLOURS[verdict.status]: True})
            aside = f"  ({verdict.got})" if verdict.status == "blocked" else ""
            terminal.line(f"  {sign} " + self._safe(f"{verdict.task}  {verdict.title}{aside}"))
        if explain and (open_task := result.first_open):
            terminal.line()
            self.verdict(result, open_task)
        terminal.line()

    def verdict(self, result: LessonResult, verdict: Verdict) -> None:
        """Say one open task in words."""
        if verdict.status == "error":
            self._words("Checker error", f"Task {verdict.task} could not be judged; this is not your mistake.")
            self._words("Because", verdict.got)
            self._words("Do", "Run `poolschool doctor`. If it finds nothing, please report this text; -v shows where.")
            self._words("Printed", verdict.output)
        else:
            for label, words in explanation(result, verdict, self.truths).items():
                self._words(label, words)
        self._words("Error page", self._error_page(verdict.got))
        self._pool(verdict)
        if self.detail and verdict.trace:
            self.terminal.line()
            for line in verdict.trace.rstrip().splitlines():
                self.terminal.line(self._safe(f"    {line}"))

    def _pool(self, verdict: Verdict) -> None:
        """Draw who asked the pool for connections until the task failed."""
        columns = min(shutil.get_terminal_size((80, 24)).columns, MOST_DRAWN) - LABEL - 4
        for number, line in enumerate(draw(read_pool_use(verdict.pool), columns, self.pool)):
            head = self.terminal.markup(f"{'Pool' if number == 0 else '':<{LABEL}}", light=True)
            self.terminal.line(f"    {head}{self._safe(line)}")

    def _error_page(self, text: str) -> str:
        """Name the page of the error that a text tells, "" if it tells none."""
        found = find(text, self._errors)
        return f"{found[0].entry.page}  {found[0].entry.title}" if found else ""

    @cached_property
    def _errors(self) -> tuple[Entry, ...]:
        try:
            return load_entries(self.course.root)
        except CourseFault:  # `poolschool lint` says it
            return ()

    def note(self, text: str, **markup: bool) -> None:
        """Write what is to be known besides verdicts."""
        for line in text.splitlines():
            self.terminal.line(self._safe(line), **markup)

    def progress(self, progress: Progress, graded: Collection[Lesson]) -> None:
        """Say how far the whole course is, and what to type next after what was graded."""
        passed, total, done, lessons = progress.counts(self.course)
        filled = round(20 * passed / total) if total else 0
        bar = self.bar[0] * filled + self.bar[1] * (20 - filled)
        self.terminal.line(
            self._safe(f"Course  {bar}  {passed} of {total} tasks, {done} of {lessons} lessons"),
            bold=True,
            green=passed == total > 0,
        )
        if lesson := progress.next_lesson(self.course, graded):
            self.terminal.line(f"Next    poolschool hint {lesson.topic}   or   poolschool check {lesson.topic} --watch")
        self._labs(graded)

    def _labs(self, graded: Collection[Lesson]) -> None:
        """Name the lab of the one lesson that was graded, else the list of them; a course without labs has no such line."""
        try:
            labs = load_labs(self.course.root)
        except CourseFault:  # `poolschool lint` says it
            return
        topics = {lesson.topic for lesson in graded}
        own = [lab for lab in labs if len(topics) == 1 and topics & set(lab.lessons)]
        if own:
            self.terminal.line(self._safe(f"Lab     poolschool lab {own[0].name}   {own[0].title}"))
        elif labs:
            self.terminal.line(f"Labs    poolschool lab   lists measurements to run on this machine: {len(labs)}")

    def total(self, results: list[LessonResult], target: str) -> None:
        """Say how many tasks passed in what is no part of the course's progress."""
        passed, total = sum(result.passed for result in results), sum(result.total for result in results)
        self.terminal.line(self._safe(f"{passed} of {total} tasks in {target}"), bold=True)

    def _words(self, label: str, words: str) -> None:
        if not words:
            return
        width = min(shutil.get_terminal_size((100, 24)).columns, MOST_COLUMNS) - LABEL - 4
        lines: Iterable[str] = (
            piece
            for line in words.splitlines()
            for piece in (textwrap.wrap(line, max(30, width), break_on_hyphens=False) or [""])
        )
        for number, line in enumerate(lines):
            head = self.terminal.markup(f"{label if number == 0 else '':<{LABEL - 1}} ", light=True)
            self.terminal.line(f"    {head}{self._safe(line)}")

    def _safe(self, text: str) -> str:
        """Escape what would steer the terminal, and replace what its encoding lacks."""
        return printable(text).encode(self.encoding, errors="replace").decode(self.encoding, errors="replace")
