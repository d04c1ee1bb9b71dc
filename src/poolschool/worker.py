"""The process in which a learner's code runs: imports it, runs the checker with pytest, sends verdicts as they come.

Nothing that happens here reaches the grader but through the pipe: output is bounded, time is measured outside,
and the process ends by os._exit so that no thread of the learner can keep it.
"""

import faulthandler
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import fastapi.testclient  # noqa: F401 - preloaded once, so that each lesson starts from a warm process
import pytest
import sqlalchemy.orm  # noqa: F401 - likewise

from poolschool.checks import CallNote
from poolschool.explain import explain, said
from poolschool.order import Order
from poolschool.output import BoundedOutput
from poolschool.tasks import Task
from poolschool.verdict import Verdict

FINAL_WORDS = 0.3  # seconds before a time limit at which the stacks are written down
THREAD_GRACE = 0.2  # seconds for a thread to end after its task
OWN_END = 60  # seconds after the last time limit at which a worker that nobody waits for any more ends by itself


def work(pipe: Connection, order: Order) -> None:
    """Carry out an order and end the process."""
    code = 1
    try:
        _stand_apart(pipe, order)
        _silence()
        os.environ.update(order.environment)
        if not order.environment:
            os.environ.pop("POOLSCHOOL_DATABASE_URL", None)
        folder = order.scratch / "work"
        folder.mkdir()
        with order.stacks.open("w") as stacks:
            os.chdir(folder)
            Worker(pipe, order, stacks).run(folder)
            os.chdir(order.checker.parent)
        pipe.send(("done",))
        code = 0
    finally:
        pipe.close()
        os._exit(code)


def _stand_apart(pipe: Connection, order: Order) -> None:
    """Form a process group of its own, and see to an end if the grader dies; where the system has no such thing, do nothing."""
    if sys.platform != "win32":
        os.setpgid(0, 0)
        signal.alarm(int(order.import_seconds + sum(task.seconds for task in order.tasks)) + OWN_END)
        os.register_at_fork(after_in_child=pipe.close)  # two processes on one pipe would garble the verdicts


def _silence() -> None:
    """Point the real output and input to nowhere: what a learner's code prints goes through BoundedOutput."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process
    sys.stdout = sys.stderr = BoundedOutput()


class Worker:
    """One run of one checker; also the pytest plugin that watches it."""

    def __init__(self, pipe: Connection, order: Order, stacks: Any) -> None:
        self.pipe = pipe
        self.order = order
        self.stacks = stacks
        self.ended = dict(order.ended)
        self.tasks = {task.function: task for task in order.tasks}
        self.module: ModuleType | None = None
        self.problem: BaseException | None = None
        self.threads = set(threading.enumerate())

    def run(self, folder: Path) -> None:
        """Import the learner's file, then run the tasks that are left."""
        self.pipe.send(("importing",))
        faulthandler.dump_traceback_later(max(0.1, self.order.import_seconds - FINAL_WORDS), file=self.stacks)
        sys.path.insert(0, str(self.order.learner.parent))
        sys.dont_write_bytecode = True  # a stub saved twice within a second must be read twice
        importlib.invalidate_caches()
        try:
            self.module = importlib.import_module(self.order.learner.stem)
        except BaseException as problem:
            fields = explain(problem, self.order.learner) or {
                "called": f"import {self.order.learner.stem}",
                "got": said(problem),
            }
            fields["hint"] = fields.get("hint") or "Mend this first: nothing else can be tried before."
            self.pipe.send(("unimportable", fields | {"output": self._output()}))
            return
        finally:
            faulthandler.cancel_dump_traceback_later()
        sys.dont_write_bytecode = False  # the checker's rewritten asserts are worth keeping
        self.pipe.send(("imported",))
        names = [f"{self.order.checker}::{task.function}" for task in self.order.tasks]
        options = [
            "-p",
            "no:terminal",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:doctest",
            "-p",
            "no:unittest",
            "-p",
            "no:faulthandler",
            "--disable-plugin-autoload",
            "--import-mode=importlib",
            "--capture=no",
            f"--rootdir={self.order.checker.parent}",
            f"--basetemp={folder / 'tmp'}",
            "-c",
            os.devnull,
        ]
        pytest.main([*options, *names], plugins=[self])

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the checkers' marks known."""
        for mark in ("task", "postgresql", "threads"):
            config.addinivalue_line("markers", mark)

    def pytest_exception_interact(self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]) -> None:
        """Say why the checker could not even be read: for want of a name in the learner's file, or by its own fault."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            problem = call.excinfo.value.__cause__ or call.excinfo.value
            if fields := explain(problem, self.order.learner, self.module):
                self.pipe.send(("unimportable", fields))
            else:
                self.pipe.send(("broken", {"got": said(problem), "trace": _trace(problem)}))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Announce a task, or pass over it if one that it needs is open."""
        task = self.tasks[item.name]
        waits_for = [number for number in task.needs if self.ended.get(number) != "passed"]
        if waits_for and not self.order.ignore_needs:
            self._send(Verdict(task.number, task.title, "blocked", got=f"waits until task {waits_for[0]} passes"))
            return True
        self.problem, CallNote.text, self.began = None, "", time.monotonic()
        self.pipe.send(("started", task.number))
        faulthandler.dump_traceback_later(max(0.1, task.seconds - FINAL_WORDS), file=self.stacks)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        """Take what would end pytest itself as the problem of the task."""
        try:
            return (yield)
        except (KeyboardInterrupt, pytest.exit.Exception) as problem:
            self.problem = problem
            return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, object, object]:
        """Keep the first problem of a task; give the verdict when its last phase is over."""
        if call.excinfo is not None and self.problem is None:
            self.problem = call.excinfo.value
        report = yield
        if call.when == "teardown":
            faulthandler.cancel_dump_traceback_later()
            self._judge(self.tasks[item.name])
        return report

    def _judge(self, task: Task) -> None:
        common: dict[str, Any] = {"seconds": round(time.monotonic() - self.began, 3), "output": self._output()}
        if self.problem is not None:
            fields = explain(self.problem, self.order.learner, self.module)
            if fields is None:
                self._send(
                    Verdict(
                        task.number,
                        task.title,
                        "error",
                        got=said(self.problem),
                        trace=_trace(self.problem),
                        **common,
                    )
                )
                return
            fields.setdefault("expected", task.fact)
            fields["hint"] = fields.get("hint") or task.hint
            fields["belief"] = fields.get("belief") or task.belief
            self._send(Verdict(task.number, task.title, "failed", **fields, **common))
        elif left := self._threads_left():
            self._send(
                Verdict(
                    task.number,
                    task.title,
                    "failed",
                    called=CallNote.text,
                    expected="every thread ends with its task",
                    got=f"{len(left)} thread still running: {', '.join(thread.name for thread in left)}",
                    hint="Join the threads that you start, or let a `with ThreadPoolExecutor()` do it.",
                    **common,
                )
            )
        else:
            self._send(Verdict(task.number, task.title, "passed", **common))

    def _threads_left(self) -> list[threading.Thread]:
        give_up = time.monotonic() + THREAD_GRACE
        while True:
            left = [thread for thread in threading.enumerate() if thread not in self.threads and not thread.daemon]
            if not left or time.monotonic() > give_up:
                self.threads.update(left)
                return left
            time.sleep(0.01)

    def _output(self) -> str:
        return sys.stdout.take() if isinstance(sys.stdout, BoundedOutput) else ""

    def _send(self, verdict: Verdict) -> None:
        self.ended[verdict.task] = verdict.status
        self.pipe.send(("verdict", asdict(verdict)))


def _trace(problem: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(problem))
