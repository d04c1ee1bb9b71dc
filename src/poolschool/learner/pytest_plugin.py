"""`pytest exercises`: grade instead of test. Elsewhere this plugin only adds its options.

Checkers are collected by reading, not by importing: an Item per task, whose verdict comes from a worker process.
`--junitxml FILE`, pytest's own, tells `passed`, `failed`, `blocked` and `error` as JUnit's pass, failure, skipped and error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from poolschool.learner.pytest_items import JunitNames, Lessonfile, TaskItem

if TYPE_CHECKING:
    from poolschool.course.lessons import Lesson
    from poolschool.grading.grader import Grader
    from poolschool.grading.verdict import LessonResult, Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of grading."""
    group = parser.getgroup("pool school", "Pool School: pytest exercises")
    group.addoption("--solutions", action="store_true", help="grade the worked solutions instead of exercises/")
    group.addoption("--submission", metavar="DIR", help="grade the files in DIR, laid out like exercises/")
    group.addoption("--results", metavar="FILE", help="also write the verdicts to FILE, as JSON")
    group.addoption("--ignore-needs", action="store_true", help="run every task, whatever earlier ones did")
    _warm_up_early(sys.argv[1:])


def _warm_up_early(words: list[str]) -> None:
    """Let the workers' imports begin while pytest itself is starting; nothing is decided by what is guessed here."""
    folder = next((place for word in words if (place := Path(word.split("::")[0])).name == "exercises"), None)
    if folder is not None:
        from poolschool.grading.grader import WORKER
        from poolschool.grading.processes import warm_up

        named = [checker for checker in folder.glob("*/*_test.py") if any(word in checker.name for word in words)]
        warm_up((WORKER,), postgresql=any("pytest.mark.postgresql" in checker.read_text("utf-8") for checker in named))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take over when every argument lies in the course's exercises/ folder."""
    exercises = config.rootpath / "exercises"
    places = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    asked_for = [name for name in ("--solutions", "--submission", "--results") if config.getoption(name.strip("-"))]
    if (
        not places
        or not all(place == exercises or exercises in place.parents for place in places)
        or not exercises.is_dir()
    ):
        if asked_for:
            raise pytest.UsageError(f"{asked_for[0]} goes with `pytest exercises`.")
        return
    if config.getoption("solutions") and config.getoption("submission"):
        raise pytest.UsageError("Choose one: --solutions or --submission DIR.")
    if (submission := config.getoption("submission")) and not (config.invocation_params.dir / submission).is_dir():
        raise pytest.UsageError(f"There is no folder {submission}. It should be laid out like exercises/.")
    config.pluginmanager.register(Grading(config), "poolschool-grading")
    if getattr(config.option, "xmlpath", None):
        config.pluginmanager.register(JunitNames(), "poolschool-junit")
    if not config.option.collectonly:
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.unregister(reporter, "terminalreporter")


class Grading:
    """One run of `pytest exercises`."""

    def __init__(self, config: pytest.Config) -> None:
        from poolschool.course.lessons import load_course

        self.config = config
        self.terminal = config.get_terminal_writer()  # before the reporter that owns it is told to go
        self.course = load_course(config.rootpath)
        self.results: dict[Path, LessonResult] = {}
        self.untold: list[LessonResult] = []
        self.problems: list[str] = []
        self.report: Any = None
        self.grader: Grader | None = None
        self.truths: dict[str, tuple[str, str]] = {}
        if not config.option.collectonly:
            from poolschool.course.truths import truths
            from poolschool.grading.grader import Grader

            self.grader = Grader()  # imports over there …
            self.truths = truths(self.course)  # … while we read here

    @property
    def target(self) -> str:
        """What is graded, as it is called in reports."""
        return "solutions" if self.config.getoption("solutions") else self.config.getoption("submission") or "exercises"

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Read checkers as lessons, and let nobody import them here."""
        others = yield
        if file_path.name.endswith("_test.py"):
            return [Lessonfile.from_parent(parent, path=file_path)]
        return others

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            self.problems.append(str(report.longrepr))

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Keep what broke in the grading itself."""
        self.problems.append(str(excrepr))

    def pytest_keyboard_interrupt(self) -> None:
        """Keep that somebody pressed Ctrl-C."""
        self.problems.append("Stopped before all was graded.")

    def result(self, checker: Path) -> LessonResult:
        """Grade the checker's lesson, once."""
        if checker not in self.results:
            lesson = self._lesson(checker)
            folder = (
                self.config.invocation_params.dir if self.config.getoption("submission") else self.course.root
            ) / self.target
            grader = self.grader or Grader()
            self.results[checker] = grader.grade(lesson, folder, ignore_needs=self.config.getoption("ignore_needs"))
            self.untold.append(self.results[checker])
        return self.results[checker]

    def words(self, result: LessonResult, verdict: Verdict) -> str:
        """Say a verdict in plain text."""
        from poolschool.grading.words import words

        return words(result, verdict, self.truths)

    def _lesson(self, checker: Path) -> Lesson:
        return next(lesson for lesson in self.course.lessons if lesson.checker == checker)

    def pytest_runtest_logfinish(self) -> None:
        """Tell a lesson as soon as it is graded; here pytest's capture is not in the way."""
        while self.untold:
            result = self.untold.pop()
            explained = any(earlier.first_open for earlier in self.results.values() if earlier is not result)
            self._report().lesson(result, explain=not explained or self.config.option.verbose > 0)

    def _report(self) -> Any:
        from poolschool.learner.report import Report

        if self.report is None:
            encoding = getattr(self.terminal._file, "encoding", None) or "utf-8"
            self.report = Report(self.terminal, self.course, self.truths, self.config.option.verbose > 0, encoding)
        return self.report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell how far the course is, and write the results file."""
        from poolschool.grading.verdict import results_json
        from poolschool.learner.progress import Progress

        if self.config.option.collectonly:
            return
        report = self._report()
        for problem in self.problems:
            report.terminal.line(problem, red=True)
        if not self.results and not self.problems:
            report.terminal.line(
                f"Nothing to grade: no lesson matches. The topics are: {', '.join(self.course.topics)}."
            )
            return
        if session.exitstatus == pytest.ExitCode.OK and any(
            not item.is_solved for item in session.items if isinstance(item, TaskItem)
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED  # a task that waits is skipped, and yet not solved
        results = list(self.results.values())
        if self.target == "exercises":
            progress = Progress(self.course.root)
            for checker, result in self.results.items():
                progress.note(self._lesson(checker), result)
            progress.save()
            report.progress(progress)
        else:
            passed, total = sum(result.passed for result in results), sum(result.total for result in results)
            report.terminal.line(f"{passed} of {total} tasks in {self.target}", bold=True)
        if file := self.config.getoption("results"):
            text = json.dumps(results_json(results, self.target), indent=2, ensure_ascii=False)
            try:
                Path(file).parent.mkdir(parents=True, exist_ok=True)
                # Half a surrogate pair, printed by a learner, is no UTF-8; JSON escapes it the same way.
                Path(file).write_text(text, encoding="utf-8", errors="backslashreplace")
            except OSError as error:
                report.terminal.line(f"The results could not be written to {file}: {error.strerror}.", red=True)
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
