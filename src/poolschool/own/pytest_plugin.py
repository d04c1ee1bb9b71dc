"""`pytest --fail-on-leak`: a test that does not return a connection fails, and the failure names the line that took it.

    pytest --fail-on-leak              every test; or `fail_on_leak = true` in pytest's configuration
    def test_order(no_leaks): …        this test; `no_leaks()` names the lines that hold a connection now

Every pytest run on this machine finds this module. It adds one option and one fixture, and does nothing until asked.
"""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from poolschool.own.loans import Loan

FLAG, SETTING, FIXTURE, CHECK = "--fail-on-leak", "fail_on_leak", "no_leaks", "poolschool-leaks"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag, and the same as a setting."""
    words = "fail each test that does not return a connection of an SQLAlchemy pool, naming the line"
    try:
        parser.getgroup("pool school", "Pool School: pytest exercises").addoption(FLAG, action="store_true", help=words)
    except ValueError:
        raise pytest.UsageError(
            f"{FLAG} is an option of Pool School, and another plugin of yours has one of the same name. "
            "Switch that plugin off with `-p no:NAME`, or uninstall it here."
        ) from None
    parser.addini(SETTING, words, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Watch all tests, if that is asked for."""
    if config.getoption("fail_on_leak") or config.getini(SETTING):
        _start(config, every_test=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Watch those tests that ask for it by the fixture."""
    if not config.pluginmanager.hasplugin(CHECK) and any(map(_asks, items)):
        _start(config, every_test=False)


def _start(config: pytest.Config, *, every_test: bool) -> None:
    config.pluginmanager.register(LeakCheck(every_test=every_test), CHECK)


def _asks(item: pytest.Item) -> bool:
    return FIXTURE in getattr(item, "fixturenames", ())


@pytest.fixture
def no_leaks(pytestconfig: pytest.Config) -> Callable[[], list[str]]:
    """Fail this test if it does not return a connection. What it gives can be called: the lines that hold one now."""
    check: LeakCheck = pytestconfig.pluginmanager.getplugin(CHECK)
    return check.lines


class LeakCheck:
    """Looks after each test, when its fixtures have ended, for connections that were taken and not returned.

    A fixture of a wider scope may keep a connection for many tests: what it takes while it is set up is its own, and is
    looked for when that fixture ends.
    """

    def __init__(self, *, every_test: bool) -> None:
        from poolschool.own.loans import Loans

        self._every_test = every_test
        self._loans = Loans()
        self._late: list[str] = []  # of fixtures that have ended

    def lines(self) -> list[str]:
        """Name the lines that hold a connection of the running test's."""
        return [str(loan).splitlines()[0] for loan in self._loans.overdue()]

    def pytest_unconfigure(self) -> None:
        """Leave SQLAlchemy as it was."""
        self._loans.stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Begin to listen before the fixtures of a test begin."""
        self._loans.listening = self._every_test or _asks(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Note whose the connections are that a fixture takes."""
        outer = self._loans.owner
        self._loans.owner = None if fixturedef.scope == "function" else fixturedef
        try:
            return (yield)
        finally:
            self._loans.owner = outer

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Look for what a fixture of a wider scope has not returned."""
        if fixturedef.scope != "function":
            whose = f"the fixture {fixturedef.argname} ({fixturedef.scope})"
            self._late += [f"{line}\n    by {whose}" for line in self._end(fixturedef)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Look when all fixtures of the test have ended; a failure of theirs is told as well."""
        try:
            result = yield
        except BaseException as problem:
            for words in self._not_returned():
                problem.add_note(words)
            raise
        if late := self._not_returned():
            pytest.fail("\n".join(late), pytrace=False)
        return result

    def _not_returned(self) -> list[str]:
        late, self._late = [*self._end(None), *self._late], []
        self._loans.listening = False
        return [f"connection not returned: {words}" for words in late]

    def _end(self, owner: object) -> list[str]:
        overdue: list[Loan] = self._loans.overdue(owner)
        for loan in overdue:
            loan.end()
        self._loans.forget(owner)
        return [str(loan) for loan in overdue]
