"""A worker whose learner is not trusted: guarded while it works, and at its end asked whether the judging was left alone."""

import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import pytest

from poolschool import checks
from poolschool.audit_guard import stand_guard
from poolschool.confinement import landlock
from poolschool.integrity import watch, watch_module
from poolschool.message import Message
from poolschool.order import Control, Order
from poolschool.tasks import Task
from poolschool.worker import Worker

CONTROL_SECONDS = 5.0
# What follows is done once, in the process from which workers are forked.
landlock()
# Each worker takes this out of its own copy before the learner's code runs.
_untouched = [watch()]
_libraries = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


class ConfinedWorker(Worker):
    """Runs checks that must fail before and after the tasks, and says what was changed."""

    def __init__(
        self, say: Callable[[Message], None], order: Order, stacks: TextIO, *, files: int, readable: tuple[str, ...]
    ) -> None:
        super().__init__(say, order, stacks)
        self.controls = order.controls
        self._prepare: Callable[[], None] = lambda: _guard(order, files, readable, say)

    def run(self, folder: Path) -> None:
        """Run the tasks under guard."""
        self._changed = [_untouched.pop()]
        self._prepare()
        super().run(folder)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Say as the last word whether the code that judges is still what it was, and end: the grader tidies up."""
        what = [named for changed in self._changed if (named := changed())]
        self.say(("tampered", what[0]) if what else ("done",))
        os._exit(0)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put half of the controls before the tasks and half behind them."""
        if items:
            self._changed.append(watch_module(getattr(items[0], "module"), checks))  # noqa: B009 - of Functions only
            made = [self._control(items[0].parent, control, place) for place, control in enumerate(self.controls)]
            half = len(made) // 2
            items[:] = [*made[:half], *items, *made[half:]]

    def _control(self, module: Any, control: Control, place: int) -> pytest.Item:
        name = f"test_{control.words}"
        self.tasks[name] = Task(control.number, control.words, name, control.words, seconds=CONTROL_SECONDS)
        check = _differs(control.words) if place % 2 else _raises(control.words)
        made: Any = _Control
        item: pytest.Item = made.from_parent(module, name=name, callobj=check)
        return item


class _Control(pytest.Function):
    def repr_failure(self, *_: Any) -> str:
        """Say nothing: pytest would read and format source for a report that nobody sees, 0.1 s of it."""
        return ""


def _differs(words: str) -> Callable[[], None]:
    """Make a check that compares what is not equal."""
    return lambda: checks.expect(words, words[::-1] + "?", called="control", hint="")


def _raises(words: str) -> Callable[[], None]:
    """Make a check that says itself that it failed."""

    def check() -> None:
        raise checks.Wrong(called="control", got=words, expected="", hint="")

    return check


def _guard(order: Order, files: int, readable: tuple[str, ...], say: Callable[[Message], None]) -> None:
    code = (*_libraries, sys.prefix, sys.base_prefix, Path(__file__).parent, order.checker.parent)
    stand_guard(
        writable=os.path.realpath(order.scratch),
        readable=readable,
        trusted=tuple(dict.fromkeys(str(path) for path in code)),
        files=files,
        tell=lambda what: say(("refused", what)),
    )
