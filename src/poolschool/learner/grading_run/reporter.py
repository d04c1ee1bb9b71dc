"""The place of pytest's terminal reporter, kept by one that says nothing: editors learn of results through it."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from poolschool.learner.grading_run.junit import rename_in_junit
from poolschool.learner.plain_terminal import PlainTerminal

REPORTER = "terminalreporter"


class QuietReporter(pytest.TerminalReporter):  # type: ignore[misc] # other plugins make subclasses of it as well
    """Calls every hook that pytest's reporter calls (`pytest_report_teststatus`: VS Code listens to it) and writes nothing.

    Only in the summaries of other plugins it is loud: who asks for `--cov` or `--html` sees where the report lies.
    """

    def __init__(self, config: pytest.Config, loud: Any) -> None:
        super().__init__(config, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - lives as long as pytest
        self.loud = loud

    @pytest.hookimpl(wrapper=True)
    def pytest_terminal_summary(self) -> Generator[None, None, None]:
        """Let other plugins write, without pytest's own summaries around it."""
        quiet, self._tw = self._tw, self.loud
        try:
            return (yield)
        finally:
            self._tw = quiet


class ReporterSwap:
    """Puts a QuietReporter in the place of whatever reporter is registered, pytest's own or another plugin's.

    `terminal` is where this run may write; pytest's own writer, unless `-p no:terminal` has left none.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.terminal: Any = PlainTerminal(sys.stdout)
        self.quiet: QuietReporter | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        """Leave out what other plugins are warned of while they are configured, unless -W asks: it would come first of all."""
        if not sys.warnoptions:
            warnings.simplefilter("ignore")  # pytest puts the filters back afterwards

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        """See who comes."""
        if plugin is self.quiet or manager.get_plugin(REPORTER) is not plugin:
            return
        if self.quiet is None:
            self.terminal = self.config.get_terminal_writer()
            self.quiet = QuietReporter(self.config, self.terminal)
        manager.unregister(plugin)
        manager.register(self.quiet, REPORTER)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Rename JUnit's cases, now that every plugin is configured."""
        rename_in_junit(self.config.pluginmanager)
