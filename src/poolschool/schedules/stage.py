"""A learner's file, copied for each run onto locks and clocks of ours, and the threads that perform the runs."""

import ast
import builtins
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from poolschool.schedules.run import Actor, Order, Run, Stop, Work, closed_gate
from poolschool.schedules.stand_ins import stand_ins

Make = Callable[[Run, dict[str, Any]], Mapping[str, Work]]


class _Worker:
    """A thread that performs one actor after another, and lets each line of the learner's file be a step."""

    def __init__(self, stage: "Stage") -> None:
        self.actor: Actor | None = None
        self._file = stage.file
        self._job: tuple[Run, Actor, Work] | None = None
        self._begin = closed_gate()
        threading.Thread(target=self._work, name="poolschool-stage", daemon=True).start()

    def give(self, run: Run, actor: Actor, work: Work) -> None:
        self.actor = actor
        self._job = run, actor, work
        self._begin.release()

    def dismiss(self) -> None:
        self._job = None
        self._begin.release()

    def _work(self) -> None:
        while True:
            self._begin.acquire()
            if self._job is None:
                return
            run, actor, work = self._job
            actor.turn.acquire()
            sys.settrace(self._enter(run, actor))
            try:
                if not run.kind:
                    work()
            except Stop:
                pass
            except BaseException as problem:
                run.kind, run.text = run.kind or "raised", run.text or f"{type(problem).__name__}: {problem}"
            finally:
                sys.settrace(None)
            run.end(actor)

    def _enter(self, run: Run, actor: Actor) -> Callable[..., Any]:
        def line(frame: FrameType, event: str, _: object) -> Any:
            if event == "line":
                actor.line = frame.f_lineno
                run.step()
            return line

        def enter(frame: FrameType, _event: str, _: object) -> Any:
            return line if frame.f_code.co_filename == self._file else None

        return enter


class Stage:
    """A learner's file, ready to be copied onto locks and clocks of ours; a context manager that ends its threads."""

    def __init__(self, module: ModuleType) -> None:
        self.file = str(module.__file__)
        self.run = Run(self, lambda *_: None)
        self._name = module.__name__
        text = Path(self.file).read_text(encoding="utf-8")
        self._code = compile(text, self.file, "exec", dont_inherit=True)
        self.catches_all = _catches_all(text)
        self.abandoned = False
        self._workers: list[_Worker] = []
        self._modules = stand_ins(lambda: self.run)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.dismiss()

    def workers(self, count: int) -> list[_Worker]:
        """Give so many threads, kept from one run to the next."""
        while len(self._workers) < count:
            self._workers.append(_Worker(self))
        return self._workers[:count]

    def forget(self, actor: Actor) -> None:
        """Do without the thread of an actor that will not end."""
        self._workers = [worker for worker in self._workers if worker.actor is not actor]

    def abandon(self) -> None:
        """Leave threads alone of which one does not stop."""
        self._workers, self.abandoned = [], True

    def copy(self) -> dict[str, Any]:
        """Give the names of the learner's file, executed anew on our threading, queue and time."""

        def give(name: str, *args: Any, **kwargs: Any) -> ModuleType:
            return self._modules.get(name) or __import__(name, *args, **kwargs)

        names = {"__name__": self._name, "__file__": self.file, "__builtins__": {**vars(builtins), "__import__": give}}
        exec(self._code, names)  # noqa: S102 - the file that is being graded
        return names

    def play(self, make: Make, order: Order, *, without: frozenset[str] = frozenset(), telling: bool = False) -> Run:
        """Run the threads that `make` gives, but for some, in one order."""
        self.run = run = Run(self, order, telling=telling)
        with suppress(Stop):
            works = make(run, self.copy())
            run.perform({name: work for name, work in works.items() if name not in without})
        return run


def _catches_all(text: str) -> bool:
    """Whether a program has a handler that catches what is to end a thread."""
    handlers = (node.type for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler))
    return any(kind is None or "BaseException" in ast.dump(kind) for kind in handlers)
