"""A learner's file, copied for each run onto locks and clocks of ours, and the threads that perform the runs."""

import ast
import builtins
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from poolschool.schedules.run import Actor, Order, Run, Stop, Work, closed_gate
from poolschool.schedules.stand_ins import stand_ins

STEP = "__step__"  # what is called before each statement; the file's own names are not touched
_WITH_BLOCKS = ast.stmt | ast.ExceptHandler | ast.match_case
Make = Callable[[Run, dict[str, Any]], Mapping[str, Work]]


class _Worker:
    """A thread that performs one actor after another."""

    def __init__(self) -> None:
        self.actor: Actor | None = None
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
            try:
                if not run.kind:
                    work()
            except Stop:
                pass
            except BaseException as problem:
                run.kind, run.text = run.kind or "raised", run.text or f"{type(problem).__name__}: {problem}"
            run.end(actor)


class Stage:
    """A learner's file, ready to be copied onto locks and clocks of ours; a context manager that ends its threads."""

    def __init__(self, module: ModuleType) -> None:
        self.file = str(module.__file__)
        self.run = Run(self, lambda *_: None)
        self._name = module.__name__
        program = _WithSteps().visit(ast.parse(Path(self.file).read_bytes()))
        self._code = compile(ast.fix_missing_locations(program), self.file, "exec", dont_inherit=True)
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
            self._workers.append(_Worker())
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

        ours = {**vars(builtins), "__import__": give, STEP: self.run.step}
        names = {"__name__": self._name, "__file__": self.file, "__builtins__": ours}
        exec(self._code, names)  # noqa: S102 - the file that is being graded
        return names

    def play(self, make: Make, order: Order, *, without: frozenset[str] = frozenset(), telling: bool = False) -> Run:
        """Run the threads that `make` gives, but for some, in one order."""
        self.run = run = Run(self, order, telling=telling)
        with suppress(Stop):
            works = make(run, self.copy())
            run.perform({name: work for name, work in works.items() if name not in without})
        return run


class _WithSteps(ast.NodeTransformer):
    """Puts a step before each statement of each function: a trace function would do so too, and is refused in class grading."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Put them into a function's body, and into all blocks in it."""
        self._fill(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Likewise."""
        self._fill(node)
        return node

    def _fill(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, _WITH_BLOCKS):
                _Branches().visit(child)
        for name, block in list(ast.iter_fields(node)):
            for one in block if isinstance(block, list) else []:
                if isinstance(one, _WITH_BLOCKS):
                    self._fill(one)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, [each for one in block for each in (_step(one), one)])


class _Branches(ast.NodeVisitor):
    """Puts a step between the look and the act of one expression: `idle.pop() if idle else open()`, `idle and idle.pop()`."""

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Put one before what is chosen."""
        self.generic_visit(node)
        node.body, node.orelse = _after_step(node.body), _after_step(node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Put one before each part but the first."""
        self.generic_visit(node)
        node.values = [node.values[0], *map(_after_step, node.values[1:])]


def _after_step(act: ast.expr) -> ast.expr:
    """Give `step() or act`: a step returns None. What calls nothing and takes nothing out of a list is left alone."""
    if not any(isinstance(part, ast.Call | ast.Subscript) for part in ast.walk(act)):
        return act
    return ast.copy_location(ast.BoolOp(ast.Or(), [_call_step(act), act]), act)


def _step(before: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Expr(_call_step(before)), before)


def _call_step(before: ast.stmt | ast.expr) -> ast.expr:
    return ast.copy_location(ast.Call(ast.Name(STEP, ast.Load()), [ast.Constant(before.lineno)], []), before)
