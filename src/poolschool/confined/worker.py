"""A worker whose learner is not trusted: guarded while it works, and asked again and again whether the judging was left alone.

before the learner's code   what judges, and what the checker imports, is remembered
each statement of a checker is what the checker uses still what it was?
each task                   a control inside it must fail; what it raised is told at once; then everything is compared
before, after the tasks     controls among them, under names that nobody can guess, must fail
"""

import os
import sys
import sysconfig
from collections.abc import Callable, Generator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

import pytest

from poolschool import FOLDER, checks
from poolschool.confined.checker import AskingModule, compile_checker, names_taken
from poolschool.confined.guard import Refused, stand_guard
from poolschool.confined.integrity import watch, watch_hooks, watch_names, watch_objects, watch_taken
from poolschool.confined.job import ConfinedJob, Control
from poolschool.confined.system import confine, landlock
from poolschool.confined.taken_away import TAKEN_AWAY, take_away
from poolschool.confined.voice import Voice, voice
from poolschool.course.exercises import Task
from poolschool.grading import worker as plain
from poolschool.grading.message import Message

CONTROL_SECONDS = 5.0
MOST_DESCRIPTORS = 10_000
# What pytest and the judge set while they work; everything else of theirs stays as it is.
CHANGING = frozenset(
    {
        *("problem", "began", "module", "controls", "output", "pool", "at_work"),
        *("funcargs", "_request", "_report_sections", "user_properties", "location", "cached_result", "_finalizers"),
    }
)
# What follows is done once, in the process from which workers are forked.
landlock()
# Each worker takes this out of its own copy before the learner's code runs.
_untouched = [watch(TAKEN_AWAY)]
_libraries = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def work(pipe: Connection, job: ConfinedJob, key: list[bytes]) -> None:
    """Do a job confined and end the process."""
    spoken = voice(pipe, key, _untouched.pop(), _trusted(job))
    plain.work(pipe, job, [], partial(_prepare, spoken), lambda *_: spoken.say)


def _prepare(spoken: Voice, pipe: Connection, job: ConfinedJob) -> Callable[..., plain.Worker]:
    """Confine this process; give what makes its worker."""
    # multiprocessing leaves ways to the process that forks all workers open; the grader's pipe is to be the only one.
    os.closerange(3, pipe.fileno())
    os.closerange(pipe.fileno() + 1, MOST_DESCRIPTORS)
    return partial(ConfinedWorker, readable=confine(job), spoken=spoken)


class ConfinedWorker(plain.Worker):
    """Runs checks that must fail before, in and after the tasks, and says what was changed."""

    def __init__(
        self,
        say: Callable[[Message], None],
        job: ConfinedJob,
        stacks: TextIO,
        *,
        readable: tuple[str, ...],
        spoken: Voice,
    ) -> None:
        super().__init__(say, job, stacks)
        self.controls = job.controls
        self.spoken = spoken
        self._trusted = _trusted(job)
        self._prepare: Callable[[], None] = lambda: _guard(job, readable, say)

    def run(self, folder: Path) -> None:
        """Run the tasks under guard."""
        self._compiled = compile_checker(self.checker, self.spoken.ask)
        self._taken = names_taken(self.checker, self.learner.stem)
        taken = watch_taken(self._taken)
        self.spoken.watch(taken)
        self.spoken.watch_names(taken)
        take_away(self.spoken.refuse)
        self._prepare()
        self.spoken.watch(watch_objects([("the judge", self)], CHANGING))
        super().run(folder)

    def tell(self, message: Message) -> None:
        """Send it to the grader, with what was forbidden if that is the problem."""
        match message:
            case ("verdict" | "unimportable", dict(fields)) if isinstance(self.problem, Refused):
                fields["forbidden"] = str(self.problem)
        super().tell(message)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Say as the last word that all is done, which is looked at as verdicts are, and end: the grader tidies up."""
        self.say(("done",))
        os._exit(0)

    def pytest_pycollect_makemodule(self, module_path: Path, parent: Any) -> pytest.Module:
        """Collect the checker as a module whose statements ask first."""
        made: Any = AskingModule
        module: AskingModule = made.from_parent(parent, path=module_path)
        module.compiled = self._compiled
        return module

    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Put half of the controls before the tasks and half behind them; remember all that has been collected."""
        if not items:
            return
        module = getattr(items[0], "module")  # noqa: B009 - of Functions only
        made = [self._control(items[0].parent, control, place) for place, control in enumerate(self.controls)]
        half = len(made) // 2
        items[:] = [*made[:half], *items, *made[half:]]
        self.controls = ()
        names = watch_names(module, self._taken)
        self.spoken.watch(names)
        self.spoken.watch_names(names)
        manager: Any = session._fixturemanager
        known = [item._fixtureinfo.name2fixturedefs for item in items if isinstance(item, pytest.Function)]
        fixtures = {id(each): each for names in known for many in names.values() for each in many}.values()
        things: list[tuple[str, Any]] = [(f"the check {number}", item) for number, item in enumerate(items)]
        things += [(f"the fixture {fixture.argname}", fixture) for fixture in fixtures]
        self.spoken.watch(watch_objects(things, CHANGING))
        pytests = [("session", session), ("plugins", config.pluginmanager), ("fixtures", manager), ("config", config)]
        self.spoken.watch(watch_objects([(f"pytest's {name}", thing) for name, thing in pytests], data=False))
        self.spoken.watch(watch_hooks(config.pluginmanager, self._trusted))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Tell at once what a task raised, before anything of the learner's can unsay it; let a control fail inside of it."""
        task = self.tasks[pyfuncitem.name]
        try:
            result = yield
        except BaseException as problem:
            self.say(("raised", task.number))
            if isinstance(problem, KeyboardInterrupt | pytest.exit.Exception):
                self.problem = problem
                return True
            raise
        self._must_fail(task)
        return result

    def _must_fail(self, task: Task) -> None:
        note = checks.CallNote.text
        try:
            checks.expect(task.number, -task.number, called="control", hint="")
        except checks.Wrong as wrong:
            checks.CallNote.text = note
            if wrong.got == repr(task.number):
                return
        self.say(("tampered", "a check that must fail did not"))

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


def _trusted(job: ConfinedJob) -> tuple[str, ...]:
    """Return how the names of files begin whose code is not the learner's; the checker may lie beside the answer."""
    folders = (*_libraries, sys.prefix, sys.base_prefix, FOLDER)
    return (*dict.fromkeys(f"{folder}{os.sep}" for folder in folders), str(job.checker))


def _guard(job: ConfinedJob, readable: tuple[str, ...], say: Callable[[Message], None]) -> None:
    stand_guard(
        writable=os.path.realpath(job.scratch),
        readable=readable,
        trusted=_trusted(job),
        checker=str(job.checker),
        files=job.limits.files,
        tell=lambda what: say(("refused", what)),
        notice=lambda what: say(("noticed", what)),
    )
