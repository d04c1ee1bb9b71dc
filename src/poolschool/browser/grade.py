"""Grade an exercise and run a proof in the page, with the same checker, judge and words as in the terminal.

Runs only in the page.
"""

import ast
import gc
import hashlib
import importlib
import importlib.util
import linecache
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic  # by name: a checker lets time.monotonic() go ahead
from types import CodeType, ModuleType
from typing import Any

import pytest
from sqlalchemy.event import registry

from poolschool.course.exercises import read_exercise
from poolschool.grading.judge import OPTIONS, Judge
from poolschool.grading.output import BoundedOutput
from poolschool.grading.stopped import IMPORT_SECONDS, blocked_behind_first, out_of_time
from poolschool.grading.verdict import Verdict

sys.modules.setdefault("readline", None)  # type: ignore[arg-type] # pytest looks for it each time, in every zip
OURS = f"{tempfile.gettempdir()}/poolschool-"  # how the folders of checkers and of work begin
TOOL = sys.monitoring.PROFILER_ID  # type: ignore[attr-defined, unused-ignore] # Python 3.12
JUMP = sys.monitoring.events.JUMP  # type: ignore[attr-defined, unused-ignore]
LINE = sys.monitoring.events.LINE  # type: ignore[attr-defined, unused-ignore]


class OutOfTime(BaseException):
    """The learner's code still runs when its time is over. Not an Exception, so that no handler of theirs swallows it."""

    def __init__(self, seconds: float, line: int) -> None:
        super().__init__(f"no end after {seconds:g} s")
        self.seconds, self.line = seconds, line


class PageJudge(Judge):
    """A judge who keeps verdicts, and ends the learner's loops by watching their lines; `say` sends a message to the page."""

    def __init__(self, *args: Any, say: Callable[[dict[str, Any]], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self.say = say
        self.verdicts: dict[int, Verdict] = {}
        self.stopped: dict[str, Any] | None = None
        self.deadline, self.seconds, self.started = float("inf"), 0.0, 0

    def tell(self, message: tuple[Any, ...]) -> None:
        """Keep a verdict; let the page know what begins."""
        match message:
            case ("verdict", dict(fields)):
                fields = self._in_words(fields)
                self.verdicts[fields["task"]] = Verdict(**fields)
                self.say({"verdict": fields})
            case ("unimportable", dict(fields)):
                self.stopped = self._in_words(fields)
            case ("broken", dict(fields)):
                rest = [task for task in self.tasks.values() if task.number not in self.verdicts]
                self.verdicts |= {task.number: Verdict(task.number, task.title, "error", **fields) for task in rest}
            case ("started", int(number)):
                self.started = number

    def limit(self, seconds: float | None) -> None:
        """Set the time at which the learner's next line is their last; tell the page what to say if not even that comes."""
        self.seconds = seconds or 0.0
        self.deadline = monotonic() + seconds if seconds else float("inf")
        if seconds:
            self.say({"begun": {"seconds": seconds, "otherwise": [asdict(one) for one in self._otherwise(seconds)]}})

    def _otherwise(self, seconds: float) -> list[Verdict]:
        words: dict[str, Any] = {**out_of_time(seconds)}
        if self.module is None:
            called = f"import {self.learner.stem}"
            return list(blocked_behind_first(tuple(self.tasks.values()), called=called, **words).values())
        task = next(task for task in self.tasks.values() if task.number == self.started)
        called = f"task {task.number}"
        verdict = Verdict(task.number, task.title, "failed", called, expected=task.fact, belief=task.belief)
        return [replace(verdict, **words)]

    def load(self) -> ModuleType:
        """Import the learner's file with its lines watched."""
        name = self.learner.stem
        spec = importlib.util.spec_from_file_location(name, self.learner)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            raise ImportError(f"no loader for {name}")
        code = spec.loader.get_code(name)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        if code is not None:
            for part in _parts(code):
                sys.monitoring.set_local_events(TOOL, part, JUMP | LINE)  # type: ignore[attr-defined, unused-ignore]
            exec(code, module.__dict__)  # noqa: S102 - the learner's own code, in the learner's own browser
        return module

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the lines of the learner's code, and no other's."""
        monitoring = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        monitoring.use_tool_id(TOOL, "poolschool")
        monitoring.register_callback(TOOL, JUMP, lambda code, offset, _to: self._look(code, offset))
        monitoring.register_callback(TOOL, LINE, lambda _code, line: self._look(None, line))
        try:
            yield
        finally:
            monitoring.free_tool_id(TOOL)

    def _look(self, code: CodeType | None, place: int) -> None:
        if monotonic() > self.deadline:
            seconds, self.deadline = self.seconds, float("inf")
            if code is not None:
                place = next((line for start, end, line in code.co_lines() if start <= place < end and line), 0)
            raise OutOfTime(seconds, place)

    def _in_words(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Report an OutOfTime as the terminal's grader does."""
        if not isinstance(self.problem, OutOfTime) or fields.get("status", "failed") != "failed":
            return fields
        called = f"task {fields['task']}" if "task" in fields else f"import {self.learner.stem}"
        words = out_of_time(self.problem.seconds, fields["where"], fields["code"])
        fields = fields | {"called": called, **words, "trace": ""}
        return fields | {"output": "", "seconds": 0.0} if "task" in fields else fields


def grade(
    stem: str, checker: str, learner: str, say: Callable[[dict[str, Any]], None], done: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Grade a learner's text with a checker's text; give each task's Verdict as a dict.

    `say` hears of each verdict at once, as {"verdict": …}, and, as {"begun": {"seconds", "otherwise"}}, of each time limit
    with the verdicts that hold if nothing more is heard. `done` are verdicts of an earlier attempt, taken as they are.
    """
    known = {verdict["task"]: Verdict(**verdict) for verdict in done}
    checking = _keep(stem, checker)
    with _as_before() as folder:
        learning = folder / f"{Path(stem).name}.py"
        learning.write_text(learner, encoding="utf-8")
        tasks = read_exercise(checking).tasks
        left = tuple(task for task in tasks if task.number not in known)
        ended = {number: verdict.status for number, verdict in known.items()}
        judge = PageJudge(checking, learning, left, import_seconds=IMPORT_SECONDS, ended=ended, say=say)
        if left:
            _import_libraries(learner)
            with judge.watching():
                judge.run(folder / "work")
        verdicts = blocked_behind_first(tasks, **judge.stopped) if judge.stopped is not None else known | judge.verdicts
    silent: dict[str, Any] = {"got": "the grading ended without a word"}
    return [asdict(verdicts.get(task.number) or Verdict(task.number, task.title, "error", **silent)) for task in tasks]


def _keep(stem: str, checker: str) -> Path:
    """Write a checker to a place of its own: what was read and compiled of it is there when it grades again."""
    digest = hashlib.sha256(checker.encode()).hexdigest()[:12]
    place = Path(f"{OURS}{digest}") / f"{Path(stem).name}_test.py"
    if not place.is_file() or place.read_text(encoding="utf-8") != checker:
        place.parent.mkdir(exist_ok=True)
        place.write_text(checker, encoding="utf-8")
    return place


def _import_libraries(learner: str) -> None:
    """Import what the learner's file will import of the libraries: on a slow machine that alone takes seconds, and is not theirs."""
    with suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(learner)):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in names:
                if name.partition(".")[0] in ("fastapi", "sqlalchemy", "pydantic", "starlette", "anyio"):
                    with suppress(ImportError):
                        importlib.import_module(name)


def prove(stem: str, proofs: str, conftest: str, question: str) -> dict[str, Any]:
    """Run the proof of one question; give `passed`, `seconds` and, if it failed, `error`."""
    heard = _ProofReport()
    with _as_before() as folder:
        proof = folder / f"{Path(stem).name}_proof.py"
        proof.write_text(proofs, encoding="utf-8")
        (folder / "conftest.py").write_text(conftest, encoding="utf-8")
        began = monotonic()
        pytest.main(
            [*OPTIONS, f"--rootdir={folder}", f"--basetemp={folder / 'tmp'}", f"{proof}::test_{question}"],
            plugins=[heard],
        )
    return {"passed": heard.passed and not heard.error, "seconds": monotonic() - began, "error": heard.error}


class _ProofReport:
    """Hears how the one test went."""

    def __init__(self) -> None:
        self.passed, self.error = False, ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed = self.passed or (report.when == "call" and report.passed)
        if report.failed:
            self.error = report.longreprtext

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.error = report.longreprtext


@contextmanager
def _as_before() -> Iterator[Path]:
    """Give a folder to work in; afterwards nothing of the work is left: no module, no listener, no output, no file."""
    modules, listeners = set(sys.modules), set(registry._key_to_collection)
    path, cwd, environment = list(sys.path), Path.cwd(), dict(os.environ)
    streams = sys.stdout, sys.stderr
    folder = Path(tempfile.mkdtemp(prefix="poolschool-"))
    work = folder / "work"
    work.mkdir()
    os.chdir(work)
    sys.stdout = sys.stderr = BoundedOutput()
    try:
        yield folder
    finally:
        sys.stdout, sys.stderr = streams
        os.chdir(cwd)
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(OURS):
                del sys.modules[name]
        _forget_listeners(set(registry._key_to_collection) - listeners)
        linecache.clearcache()
        gc.enable()
        gc.collect()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_listeners(keys: set[Any]) -> None:
    """Remove listeners that the learner's code left on whole classes; those on engines went with their engine."""
    for key in keys:
        for owner, listener in registry._key_to_collection.pop(key, {}).items():
            collection, function = owner(), listener()
            if collection is not None and function is not None:
                with suppress(ValueError, KeyError, AttributeError):
                    collection.listeners.remove(function)


def _parts(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
