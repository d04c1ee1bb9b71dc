"""`pytest exercises --junitxml FILE`: JUnit hears topics and titles; everybody else keeps the checkers' names."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from poolschool.learner.grading_run.items import TaskItem


class JunitNames:
    """Stands in for pytest's own JUnit writer: passes everything on to it, reports of tasks under the tasks' titles."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.items: dict[str, TaskItem] = {}
        for name in dir(writer):
            if name.startswith("pytest_") and not hasattr(self, name):
                setattr(self, name, getattr(writer, name))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which task a report will be about."""
        self.items = {item.nodeid: item for item in session.items if isinstance(item, TaskItem)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Pass a report on, renamed."""
        if item := self.items.get(report.nodeid):
            report = copy.copy(report)
            # Pytest reads `::` and what follows a bracket as its own.
            title = item.task.title.replace("::", ":").replace("[", "(").replace("]", ")")
            report.nodeid = f"{item.lesson.topic}::{item.task.number}. {title}"
            if report.skipped:
                report.longrepr = (f"exercises/{item.lesson.stem}_test.py", item.task.line, item.words)
        self.writer.pytest_runtest_logreport(report)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Put the writer back: pytest looks for it at the end."""
        config.pluginmanager.unregister(self)
        config.pluginmanager.register(self.writer)


def rename_in_junit(manager: pytest.PytestPluginManager) -> None:
    """Put JunitNames in the place of the JUnit writer, if there is one."""
    for plugin in manager.get_plugins():
        if type(plugin).__name__ == "LogXML":
            manager.unregister(plugin)
            manager.register(JunitNames(plugin), "poolschool-junit")
