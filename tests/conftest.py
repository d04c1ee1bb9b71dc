"""Rules for the whole suite."""

import gc
import os
import signal
from importlib.metadata import version

import pytest
from lean import WITHOUT_OURS
from spread import Spread

from poolschool.course.exercises import MARKS

# Until all is collected next to nothing becomes garbage, and looking for it among so much takes a sixth of the time.
gc.disable()

# A shell that starts the suite in the background lets it ignore Ctrl-C, and every program that it starts too:
# the tests that press Ctrl-C would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Let the workers' rules hold for the proofs too, which lie beside this folder; later is too late to say how many."""
    if pluginmanager.hasplugin("xdist") and not pluginmanager.hasplugin("poolschool-spread"):
        pluginmanager.register(Spread(), "poolschool-spread")


def pytest_report_header() -> str:
    """Name the versions of the libraries taught: the suite runs on the locked ones and on the lowest."""
    return "taught: " + ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "fastapi", "psycopg"))


def pytest_configure(config: pytest.Config) -> None:
    """Take every warning for an error, in the proofs too if they run with these tests; a learner's run knows no such rule."""
    config.addinivalue_line("filterwarnings", "error")
    for mark in MARKS:
        config.addinivalue_line("markers", f"{mark}: of a checker, which some tests import")


def pytest_collection_finish() -> None:
    """Have every pytest that a test starts do without our plugins; not xdist's workers, which are started before.

    Thousands of tests are in memory now, and stay: a garbage collection that searched them all would take a quarter of a second.
    """
    os.environ["PYTEST_ADDOPTS"] = WITHOUT_OURS
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which something was skipped, where POOLSCHOOL_NOTHING_SKIPPED asks for it: CI has every part."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("POOLSCHOOL_NOTHING_SKIPPED") and reporter and (skipped := reporter.stats.get("skipped")):
        reporter.write_line("Nothing may be skipped here, and something was.", red=True)
        for report in skipped:
            reporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.config.cache.set("cache/lastfailed", {})  # a second run of what failed would not see it
