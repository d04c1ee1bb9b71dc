"""A worker whose learner is not trusted: guarded while it works, and at its end asked whether the judging was left alone."""

import os
import sys
import sysconfig
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

import pytest

from poolschool import FOLDER, checks
from poolschool.confined.audit_guard import Refused, stand_guard
from poolschool.confined.integrity import watch, watch_module
from poolschool.confined.job import ConfinedJob, Control
from poolschool.confined.system import confine, landlock
from poolschool.course.exercises import Task
from poolschool.grading import worker as plain
from poolschool.grading.message import Message

CONTROL_SECONDS = 5.0
MOST_DESCRIPTORS = 10_000
# What follows is done once, in the process from which workers are forked.
landlock()
# Each worker takes this out of its own copy before the learner's code runs.
_untouched = [watch()]
_libraries = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def work(pipe: Connection, job: ConfinedJob, key: list[bytes]) -> None:
    """Do a job confined and end the process."""
    plain.work(pipe, job, key, _prepare)


def _prepare(pipe: Connection, job: ConfinedJob) -> Callable[..., plain.Worker]:
    """Confine this process; give what makes its worker."""
    # multiprocessing leaves ways to the process that forks all workers open; the grader's pipe is to be the only one.
    os.closerange(3, pipe.fileno())
    os.closerange(pipe.fileno() + 1, MOST_DESCRIPTORS)
    return partial(ConfinedWorker, readable=confine(job))


class ConfinedWorker(plain.Worker):
    """Runs checks that must fail before and after the tasks, and says what was changed."""

    def __init__(
        self, say: Callable[[Message], None], job: ConfinedJob, stacks: TextIO, *, readable: tuple[str, ...]
    ) -> None:
        super().__init__(say, job, stacks)
        self.controls = job.controls
        self._prepare: Callable[[], None] = lambda: _guard(job, readable, say)

    def run(self, folder: Path) -> None:
        """Run the tasks under guard."""
        self._changed = [_untouched.pop()]
        self._prepare()
        super().run(folder)

    def tell(self, message: Message) -> None:
        """Send it to the grader, with what was forbidden if that is the problem."""
        match message:
            case ("verdict" | "unimportable", dict(fields)) if isinstance(self.problem, Refused):
                fields["forbidden"] = str(self.problem)
        super().tell(message)

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


def _guard(job: ConfinedJob, readable: tuple[str, ...], say: Callable[[Message], None]) -> None:
    code = (*_libraries, sys.prefix, sys.base_prefix, FOLDER, job.checker.parent)
    stand_guard(
        writable=os.path.realpath(job.scratch),
        readable=readable,
        trusted=tuple(dict.fromkeys(str(path) for path in code)),
        files=job.limits.files,
        tell=lambda what: say(("refused", what)),
    )
