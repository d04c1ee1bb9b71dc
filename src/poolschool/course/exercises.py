"""The tasks of an exercise, read from its checker without running it."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from poolschool.course.faults import CourseFault, Fault

DEFAULT_SECONDS = 10.0


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
    return _read(checker, checker.read_text(encoding="utf-8"))


@lru_cache(maxsize=100)  # a class is graded with the same checkers thousands of times
def _read(checker: Path, text: str) -> Exercise:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CourseFault(
            [Fault(checker, error.lineno or 1, f"The checker is not Python: {error.msg}.", "Mend it.")]
        ) from None
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
    if not (isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.task"):
        return None
    try:
        number, title = (ast.literal_eval(argument) for argument in decorator.args)
        options = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in decorator.keywords}
    except ValueError:
        return None
    return {"number": number, "title": title, **options}
