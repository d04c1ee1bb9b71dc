"""Rules for the whole suite."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which something was skipped, where POOLSCHOOL_NOTHING_SKIPPED asks for it: CI has every part."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("POOLSCHOOL_NOTHING_SKIPPED") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("Nothing may be skipped here, and something was.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
