"""One run of `pytest exercises`: verdicts from the grader, printed lesson by lesson; the course's progress; the exit code."""

from __future__ import annotations

import json
from collections.abc import Generator
from functools import cached_property
from typing import Any

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.course.truths import truths
from poolschool.grading.grader import Grader
from poolschool.grading.verdict import LessonResult, results_json
from poolschool.grading.words import printable, words
from poolschool.learner.grading_run.conflicts import culprit, unused_conftests
from poolschool.learner.grading_run.items import OpenTask, TaskItem
from poolschool.learner.grading_run.reporter import ReporterSwap
from poolschool.learner.progress import Progress
from poolschool.learner.report import Report


class Grading:
    """The plugin of one run. `notes` are what a user should know before the verdicts."""

    def __init__(self, config: pytest.Config, course: Course, swap: ReporterSwap, notes: list[str]) -> None:
        self.config = config
        self.course = course
        self.swap = swap
        self.notes = [*notes, *unused_conftests(course.root)]
        self.detail = getattr(config.option, "verbose", 0) > 0
        self.results: dict[Lesson, LessonResult] = {}
        self.to_report: list[LessonResult] = []
        self.problems: list[str] = []
        self.grader = Grader()  # imports over there …
        self.truths = truths(course)  # … while we read here

    @property
    def target(self) -> str:
        """What is graded, as it is called in reports."""
        return "solutions" if self.config.getoption("solutions") else self.config.getoption("submission") or "exercises"

    @cached_property
    def report(self) -> Report:
        """The report on the real terminal."""
        terminal = self.swap.terminal
        encoding = getattr(getattr(terminal, "_file", None), "encoding", None) or "utf-8"
        return Report(terminal, self.course, self.truths, self.detail, encoding)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Grade the item's lesson, once, before any other plugin repeats the item, forks for it or lets it fail."""
        if isinstance(item, TaskItem) and item.verdict is None:
            try:
                result = self._result(item.lesson)
                verdict = result.verdicts[item.task.number - 1]
                item.take(result, words(result, verdict, self.truths))
            except (CourseFault, UserMistake) as mistake:
                self.problems.append(str(mistake))

    def _result(self, lesson: Lesson) -> LessonResult:
        if lesson not in self.results:
            submission = self.config.getoption("submission")
            folder = (self.config.invocation_params.dir if submission else self.course.root) / self.target
            ignore_needs = self.config.getoption("ignore_needs")
            self.results[lesson] = self.grader.grade(lesson, folder, ignore_needs=ignore_needs)
            self.to_report.append(self.results[lesson])
        return self.results[lesson]

    def pytest_runtest_logfinish(self) -> None:
        """Report a lesson as soon as it is graded; here pytest's capture is not in the way."""
        self._say_notes()
        while self.to_report:
            result = self.to_report.pop()
            explained = any(earlier.first_open for earlier in self.results.values() if earlier is not result)
            self.report.lesson(result, explain=not explained or self.detail)

    def _say_notes(self) -> None:
        while self.notes:
            self.report.note(self.notes.pop(0))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
        """Keep what another plugin broke around a task; the task's own verdict stands."""
        if isinstance(node, TaskItem) and call.excinfo and not isinstance(call.excinfo.value, OpenTask):
            self._keep(call.excinfo)

    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what broke the whole run."""
        self._keep(excinfo, str(excrepr))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep that somebody pressed Ctrl-C, or that a plugin ended the run."""
        reason = getattr(excinfo.value, "msg", "")
        self.problems.append(f"Stopped before all was graded{f': {reason}' if reason else '.'}")

    def _keep(self, excinfo: pytest.ExceptionInfo[BaseException], frames: str = "") -> None:
        """Note a problem by who caused it; frames only where nobody else can be named."""
        what = excinfo.exconly(tryshort=True)
        if name := culprit(excinfo.value, self.config.pluginmanager):
            short = name.split()[2]
            problem = f"This is not your exercise: {name} failed with {what}. Grade without it: pytest exercises -p no:{short}"
        else:
            problem = frames or what
        if problem not in self.problems:
            self.problems.append(problem)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """After everybody else: say how far the course is, write the results, and exit with 0 only if all is solved."""
        result = yield
        self._say_notes()
        for problem in self.problems:
            self.report.note(problem, red=True)
        if not self.results:
            if not self.problems:
                self.report.note(self._nothing())
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
            return result
        if session.exitstatus == pytest.ExitCode.OK and not self._is_solved(session):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self.target == "exercises":
            progress = Progress(self.course.root)
            for lesson, graded in self.results.items():
                progress.note(lesson, graded)
            progress.save()
            self.report.progress(progress, tuple(self.results))
        else:
            self.report.total(list(self.results.values()), self.target)
        if file := self.config.getoption("results"):
            self._write(file, session)
        return result

    def _is_solved(self, session: pytest.Session) -> bool:
        """Say whether all is solved that was chosen; what an earlier run decided, as `--lf` does, chooses whole lessons."""
        option = self.config.option
        if getattr(option, "lf", False) or getattr(option, "stepwise", False):
            return all(result.first_open is None for result in self.results.values())
        return all(item.is_solved for item in session.items if isinstance(item, TaskItem))

    def _nothing(self) -> str:
        option = self.config.option
        if word := getattr(option, "keyword", "") or getattr(option, "markexpr", ""):
            return f"Nothing to grade: no lesson matches {word!r}. The topics are: {', '.join(self.course.topics)}."
        if getattr(option, "lf", False):
            return "Nothing to grade: no task was open when it was graded last. Leave --lf out to grade all."
        return f"Nothing to grade: no lesson matches. The topics are: {', '.join(self.course.topics)}."

    def _write(self, file: str, session: pytest.Session) -> None:
        text = json.dumps(results_json(list(self.results.values()), self.target), indent=2, ensure_ascii=False)
        path = self.config.invocation_params.dir / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Half a surrogate pair, printed by a learner, is no UTF-8; JSON escapes it the same way.
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
            self.report.note(f"The results are in {printable(file)}.")
        except OSError as error:
            self.report.note(f"The results could not be written to {printable(file)}: {error.strerror}.", red=True)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
