"""One run of one checker with pytest: a verdict in words for each task, as soon as it is known.

Knows neither processes nor threads: poolschool.grading.worker runs it in a process of its own, poolschool.browser.grade in the page.
"""

import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, cast

import pytest

from poolschool.checks import CallNote, movable_clocks
from poolschool.course.exercises import MARKS, Task
from poolschool.grading.encoding import encoding_fault
from poolschool.grading.output import BoundedOutput
from poolschool.grading.pool_use import PoolUse, plain
from poolschool.grading.raised import exception_line, explain, explain_neighbour, frames_of
from poolschool.grading.recorder import Recorder
from poolschool.grading.verdict import Status, Verdict

# Plugins of pytest's own that no checker can use here. The last two would search the whole memory for what they report,
# 0.1 s each time; warnings are not what a learner asks for.
UNUSED = (
    *("terminal", "cacheprovider", "doctest", "unittest", "faulthandler", "legacypath"),
    *("junitxml", "pastebin", "setuponly", "setupplan", "stepwise", "unraisableexception", "threadexception"),
)
OPTIONS = (
    *(word for name in UNUSED for word in ("-p", f"no:{name}")),
    *("--disable-plugin-autoload", "--import-mode=importlib", "--capture=no", "-c", os.devnull),
)
Phase = Literal["setup", "call", "teardown"]  # of a test


class Judge:
    """Imports the learner's file and runs the tasks; also the pytest plugin that watches them.

    What it finds is told by `tell`, as tuples: ("importing",), ("imported",), ("unimportable", fields), ("broken", fields),
    ("started", number), ("verdict", fields of a Verdict).
    """

    def __init__(
        self,
        checker: Path,
        learner: Path,
        tasks: tuple[Task, ...],
        *,
        import_seconds: float,
        ended: dict[int, str] | None = None,
        ignore_needs: bool = False,
    ) -> None:
        self.checker = checker
        self.learner = learner
        self.tasks = {task.function: task for task in tasks}
        self.import_seconds = import_seconds
        self.ended = dict(ended or {})
        self.ignore_needs = ignore_needs
        self.module: ModuleType | None = None
        self.problem: BaseException | None = None
        self.output: object = None
        self.recorder = Recorder(learner)
        self.pool: PoolUse | None = None

    def tell(self, message: tuple[Any, ...]) -> None:
        """Pass on what was found."""
        raise NotImplementedError

    def limit(self, seconds: float | None) -> None:
        """See to an end after so many seconds; None: it has ended by itself."""

    def left_over(self) -> dict[str, Any] | None:
        """Give the fields of a failed Verdict if a task left something running behind."""
        return None

    def load(self) -> ModuleType:
        """Import the learner's file: the one at its path, whatever else has its name."""
        name = self.learner.stem
        spec = importlib.util.spec_from_file_location(name, self.learner)
        if spec is None or spec.loader is None:
            raise ImportError(f"{self.learner.name} is no Python file")
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        return sys.modules.get(name, module)

    def run(self, folder: Path) -> None:
        """Import the learner's file, then run the tasks; `folder` takes temporary files."""
        with self.recorder.listening():
            self._run(folder)

    def _run(self, folder: Path) -> None:
        self.output = sys.stdout
        CallNote.text = ""  # in the page the one before ran in the same Python
        self.tell(("importing",))
        self.limit(self.import_seconds)
        # Last, so that a random.py beside the answer hides nobody's.
        sys.path.append(str(self.learner.parent))
        kept = sys.dont_write_bytecode
        sys.dont_write_bytecode = True  # a stub saved twice within a second must be read twice
        importlib.invalidate_caches()
        try:
            with movable_clocks():
                self.module = self.load()
        except BaseException as problem:
            self.problem = problem
            called = {"called": f"import {self.learner.stem}"}
            fields = self._encoding_fault(problem) or explain(problem, self.learner) or {"got": exception_line(problem)}
            fields["hint"] = fields.get("hint") or "Fix this first: nothing else can be tried before."
            self.tell(("unimportable", called | fields | {"output": self._printed()}))
            return
        finally:
            self.limit(None)
        sys.dont_write_bytecode = kept  # the checker's rewritten asserts are worth keeping
        self.tell(("imported",))
        names = [f"{self.checker}::{function}" for function in self.tasks]
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):  # a learner's own wishes for pytest are not for the checker
            os.environ.pop(name, None)
        # Without a confcutdir pytest would look into every folder above, up to the root, for each run.
        near = [f"--rootdir={self.checker.parent}", f"--confcutdir={self.checker.parent}", "--noconftest"]
        places = [*near, f"--basetemp={folder / 'tmp'}"]
        pytest.main([*OPTIONS, *places, *names], plugins=[self])

    def _encoding_fault(self, problem: BaseException) -> dict[str, Any] | None:
        """Return words for a file that Python could not read because of how it is saved."""
        if not isinstance(problem, SyntaxError | UnicodeError | ValueError):
            return None
        try:
            fields = encoding_fault(self.learner.read_bytes())
        except OSError:
            return None
        if fields is not None and "where" in fields:
            fields["where"] = f"{self.learner.name}:{fields['where']}"
        return fields

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the checkers' marks known."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
        """Say why the checker could not even be read: for want of a name in the learner's file, or by its own fault."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            problem = call.excinfo.value.__cause__ or call.excinfo.value
            if fields := self._explained(problem):
                self.tell(("unimportable", fields))
            else:
                self.tell(("broken", {"got": exception_line(problem), "trace": _trace(problem)}))

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Say what broke pytest itself: something in this process, and not what a check found."""
        if fields := explain_neighbour(excinfo.value, self.learner, self.checker):
            self.tell(("unimportable", fields))
        else:
            self.tell(("broken", {"got": exception_line(excinfo.value), "trace": _trace(excinfo.value)}))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Announce a task, or pass over it if one that it needs is open."""
        task = self.tasks[item.name]
        waits_for = [number for number in task.needs if self.ended.get(number) != "passed"]
        if waits_for and not self.ignore_needs:
            self._say(task, "blocked", got=f"waits until task {waits_for[0]} passes")
            return True
        self.problem, self.pool, CallNote.text, self.began = None, None, "", time.monotonic()
        self.recorder.begin()
        self.tell(("started", task.number))
        self.limit(task.seconds)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:  # noqa: ARG002
        """Take what would end pytest itself as the problem of the task."""
        try:
            return (yield)
        except (KeyboardInterrupt, pytest.exit.Exception) as problem:
            self.problem = problem
            return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first problem of a task; give the verdict when its last phase is over.

        The report says how it ended and no more: the text that pytest makes of a failure costs more than most checks.
        """
        if call.excinfo is not None and self.problem is None:
            self.problem = call.excinfo.value
        if self.problem is not None and self.pool is None:  # as it was then, before fixtures tidy up
            self.pool = self.recorder.pool_use()
        if call.when == "teardown":
            self.limit(None)
            self._judge(self.tasks[item.name])
        outcome: Literal["failed", "passed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, cast(Phase, call.when))

    def _explained(self, problem: BaseException) -> dict[str, Any] | None:
        """Return the fields of a failed Verdict, None for a problem that is the checker's or the machine's."""
        return explain(problem, self.learner, self.module) or explain_neighbour(problem, self.learner, self.checker)

    def _printed(self) -> str:
        """Return what was printed since the last time, whatever the learner's code has made of sys.stdout meanwhile."""
        return self.output.take() if isinstance(self.output, BoundedOutput) else ""

    def _judge(self, task: Task) -> None:
        common = {"seconds": round(time.monotonic() - self.began, 3), "output": self._printed()}
        if self.problem is None:
            left = self.left_over()
            self._say(task, "failed" if left else "passed", **(left or {}), **common)
        elif (fields := self._explained(self.problem)) is None:
            self._say(task, "error", got=exception_line(self.problem), trace=_trace(self.problem), **common)
        else:
            fields.setdefault("expected", task.fact)
            fields["hint"] = fields.get("hint") or task.hint
            fields["belief"] = fields.get("belief") or task.belief
            self._say(task, "failed", **fields, **common)

    def _say(self, task: Task, status: Status, **fields: Any) -> None:
        self.ended[task.number] = status
        if status == "failed":
            fields["pool"] = plain(self.pool or self.recorder.pool_use())
        self.tell(("verdict", asdict(Verdict(task.number, task.title, status, **fields))))


def _trace(problem: BaseException) -> str:
    return frames_of(problem, problem.__traceback__)
