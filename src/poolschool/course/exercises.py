"""The tasks of an exercise, read from its checker without running it."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from poolschool.course.faults import CourseFault, Fault
from poolschool.course.source_text import python_tree, read_source

DEFAULT_SECONDS = 10.0
MARKS = ("task", "postgresql", "threads")  # of a checker, for pytest
# What a mark may say besides number and title, and what that must be.
_OPTIONS: dict[str, Callable[[Any], bool]] = {
    "needs": lambda value: isinstance(value, tuple | list) and all(type(task) is int for task in value),
    "seconds": lambda value: type(value) in (int, float) and 0 < value < 3600,
    "hint": lambda value: isinstance(value, str),
    "belief": lambda value: isinstance(value, str),
}


@dataclass(frozen=True)
class Task:
    """One task: a test function of the checker with its `@pytest.mark.task(…)`.

    `seconds` is its time limit, `line` the checker's line with its `def`, from 1.
    """

    number: int
    title: str
    function: str
    fact: str
    needs: tuple[int, ...] = ()
    seconds: float = DEFAULT_SECONDS
    hint: str = ""
    belief: str = ""
    line: int = 1


@dataclass(frozen=True)
class Exercise:
    """What a checker says of itself: its tasks by number, and what it needs to run."""

    tasks: tuple[Task, ...]
    purpose: str
    postgresql: bool
    threads: bool


def read_exercise(checker: Path) -> Exercise:
    """Read a checker's tasks; raise CourseFault if it is no valid Python or a task is not numbered and titled."""
    return _read(checker, read_source(checker))


@lru_cache(maxsize=100)  # a class is graded with the same checkers thousands of times
def _read(checker: Path, text: str) -> Exercise:
    tree = python_tree(text, checker)
    faults: list[Fault] = []
    tasks: list[Task] = []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            marks = [mark for mark in map(_task_mark, function.decorator_list) if mark is not None]
            if len(marks) == 1:
                fact = (ast.get_docstring(function) or "").strip()
                tasks.append(Task(function=function.name, fact=fact, line=function.lineno, **marks[0]))
            else:
                faults.append(
                    Fault(
                        checker,
                        function.lineno,
                        f"{function.name} is not a task.",
                        "Give it @pytest.mark.task(number, 'title') with literal arguments.",
                    )
                )
    if [task.number for task in tasks] != list(range(1, len(tasks) + 1)):
        faults.append(Fault(checker, 1, "The tasks are not numbered 1, 2, 3 … in order.", "Number them so."))
    if faults:
        raise CourseFault(faults)
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return Exercise(tuple(tasks), (ast.get_docstring(tree) or "").strip(), "postgresql" in named, "threads" in named)


def _task_mark(decorator: ast.expr) -> dict[str, Any] | None:
    """Read `@pytest.mark.task(1, "Title", seconds=2)`; None if it is no such mark, or not one that Task takes."""
    if not (isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.task"):
        return None
    try:
        number, title = (ast.literal_eval(argument) for argument in decorator.args)
        options = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in decorator.keywords}
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    sound = type(number) is int and isinstance(title, str) and title.strip()
    if not sound or not all(name in _OPTIONS and _OPTIONS[name](value) for name, value in options.items()):
        return None
    return {"number": number, "title": title, **options}
