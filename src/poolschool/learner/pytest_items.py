"""What pytest collects of `exercises/`: a file per checker, an item per task, and what JUnit is told of them.

A checker is read and not imported here; the verdict is asked of `poolschool-grading`, the plugin of this run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from poolschool.course.exercises import Task
    from poolschool.grading.verdict import Verdict


class OpenTask(Exception):
    """A task that is not passed; its text is the verdict in words."""


class Lessonfile(pytest.File):
    """A checker, read for its tasks."""

    def collect(self) -> Iterable[pytest.Item]:
        """Give an Item per task."""
        from poolschool.course.exercises import read_exercise

        for task in read_exercise(self.path).tasks:
            yield TaskItem.from_parent(self, name=task.function, task=task)


class TaskItem(pytest.Item):
    """One task."""

    def __init__(self, *, task: Task, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.task = task
        self.verdict: Verdict | None = None
        self.words = ""
        self.add_marker(pytest.mark.timeout(0))  # each task has its own limit, kept by the grader

    def setup(self) -> None:
        """Get the verdict; raise OpenTask here if the task could not be judged, which is not the learner's fault."""
        grading: Any = self.config.pluginmanager.get_plugin("poolschool-grading")
        result = grading.result(self.path)
        self.verdict = next(verdict for verdict in result.verdicts if verdict.task == self.task.number)
        self.words = grading.words(result, self.verdict)
        self.user_properties.append(("status", self.verdict.status))
        if self.verdict.belief:
            self.user_properties.append(("belief", self.verdict.belief))
        self.add_report_section("call", "stdout", self.verdict.output)
        if self.verdict.status == "error":
            raise OpenTask(self.words)

    def runtest(self) -> None:
        """Raise OpenTask if the task is open; skip it if it waits for an earlier one."""
        if self.verdict is not None and self.verdict.status == "blocked":
            pytest.skip(self.words)
        if not self.is_solved:
            raise OpenTask(self.words)

    @property
    def is_solved(self) -> bool:
        return self.verdict is not None and self.verdict.status == "passed"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Give the verdict's words, for junit and others who ask."""
        return str(excinfo.value) if isinstance(excinfo.value, OpenTask) else str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the task by its title."""
        return self.path, 0, f"task {self.task.number}: {self.task.title}"


class JunitNames:
    """Registered for `--junitxml`: JUnit hears topics, titles and the tasks' own times.

    Otherwise reports keep the checkers' names, by which `--last-failed` finds them again.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Rename what was reported of a task."""
        report = yield
        if isinstance(item, TaskItem):
            topic = item.path.name.removesuffix("_test.py").partition("_")[2]
            # Pytest reads `::` and what follows a bracket as its own.
            title = item.task.title.replace("::", ":").replace("[", "(").replace("]", ")")
            report.nodeid = f"{topic}::{item.task.number}. {title}"
            report.duration = item.verdict.seconds if item.verdict is not None and call.when == "call" else 0.0
            if report.skipped:
                report.longrepr = (item.path.relative_to(item.config.rootpath).as_posix(), 1, item.words)
        return report
