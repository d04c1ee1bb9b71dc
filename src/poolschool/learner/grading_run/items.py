"""What pytest collects of `exercises/`: a file per checker, an item per task.

A checker is read and not imported here; the verdict is asked of `poolschool-grading`, the plugin of this run.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from poolschool.course.exercises import Task
    from poolschool.course.lessons import Course, Lesson
    from poolschool.grading.verdict import LessonResult, Verdict


class OpenTask(Exception):
    """A task that is not passed; its text is the verdict in words."""


class LessonFile(pytest.File):
    """A checker, read for its tasks."""

    def __init__(self, *, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lesson = lesson

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
        self.lesson: Lesson = kwargs["parent"].lesson
        self.verdict: Verdict | None = None
        self.words = ""
        self.add_marker(pytest.mark.timeout(0))  # each task has its own limit, kept by the grader

    def take(self, result: LessonResult, words: str) -> None:
        """Take this task's verdict from its lesson's result, and what there is to say of it."""
        from poolschool.grading.words import printable

        self.verdict, self.words = result.verdicts[self.task.number - 1], words
        self.user_properties.append(("status", self.verdict.status))
        if self.verdict.belief:
            self.user_properties.append(("belief", self.verdict.belief))
        self.add_report_section("call", "stdout", printable(self.verdict.output))

    def setup(self) -> None:
        """Raise OpenTask here if the task could not be judged: pytest and editors call that an error, not a failure."""
        if self.verdict is None:
            raise OpenTask(f"Task {self.task.number} of {self.lesson.topic} was not graded.")
        if self.verdict.status == "error":
            raise OpenTask(self.words)

    def runtest(self) -> None:
        """Raise OpenTask if the task is open; skip it if it waits for an earlier one."""
        if self.verdict is not None and self.verdict.status == "blocked":
            raise pytest.skip.Exception(self.words, _use_item_location=True)
        if not self.is_solved:
            raise OpenTask(self.words)

    @property
    def is_solved(self) -> bool:
        return self.verdict is not None and self.verdict.status == "passed"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Give the verdict's words, for JUnit, editors and others who ask."""
        return str(excinfo.value) if isinstance(excinfo.value, OpenTask) else str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the task by its title, at the line of its function (from 0, as pytest counts)."""
        return self.path, self.task.line - 1, f"task {self.task.number}: {self.task.title}"


class Collection:
    """The plugin that collects a course's exercises; also for `--collect-only`."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.lessons = {lesson.checker: lesson for lesson in course.lessons if lesson.has_exercise}

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Read checkers as lessons, and nothing else: no file of exercises/ is imported here."""
        yield
        lesson = self.lessons.get(file_path)
        return [LessonFile.from_parent(parent, path=file_path, lesson=lesson)] if lesson else []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Keep the course's order, whatever others shuffle: tasks build on each other."""
        yield
        place = {lesson: number for number, lesson in enumerate(self.course.lessons)}
        tasks = [item for item in items if isinstance(item, TaskItem)]
        tasks.sort(key=lambda item: (place[item.lesson], item.task.number))
        items[:] = tasks

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report words instead of our own frames, and the time that a task took in the grader's process."""
        report = yield
        if isinstance(item, TaskItem):
            if call.excinfo is not None and isinstance(call.excinfo.value, OpenTask):
                report.longrepr = str(call.excinfo.value)
            report.duration = item.verdict.seconds if item.verdict is not None and call.when == "call" else 0.0
        return report
