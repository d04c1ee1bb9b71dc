r"""What the arguments of a pytest run ask for: the course in whose exercises/ they all lie, and its lessons.

An argument is a folder, a stub, a checker, or any path below `exercises` whose last part names a lesson, in any case,
with slashes or backslashes, seen from any folder of the course:

    exercises   p3_breaks/   exercises/p3_breaks/l09_leaks.py   exercises\l09_leaks_test.py::test_early_return
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from poolschool.course.lessons import Course, Lesson

TREE = "exercises"
LESSON_LIKE = re.compile(r"l\d\d_\w+\.py", re.IGNORECASE)


def course_root(arguments: Sequence[str], folder: Path) -> Path | None:
    """Find the course in whose exercises/ every argument lies, seen from `folder`; None if this is no grading."""
    roots = {root for root, _ in (_split(argument, folder) for argument in arguments)}
    root = roots.pop() if len(roots) == 1 else None
    return root if root and all(_may_name_lessons(argument, folder) for argument in arguments) else None


def checkers(arguments: Sequence[str], folder: Path, course: Course) -> list[str]:
    """Give the arguments as pytest can take them: exercises/, folders of parts, checkers with or without `::task`.

    Raise UserMistake for a path that names no lesson, and UsageError for a task that a lesson has not.
    """
    return [_place(argument, folder, course) for argument in arguments]


def _split(argument: str, folder: Path) -> tuple[Path | None, tuple[str, ...]]:
    """Split an argument into the course's folder (None without one) and the names below its exercises/."""
    path = _path(argument, folder)
    for start in (path, path.resolve()):
        for place in (start, *start.parents):
            if place.name.casefold() == TREE and _is_course(place.parent):
                return place.parent, _below_tree(start.relative_to(place).parts)
    relative = Path(argument.partition("::")[0].replace("\\", "/")).parts
    if not os.path.exists(path) and relative and relative[0].casefold() == TREE:  # noqa: PTH110 - no OSError for a name that no file can have
        for place in (folder, *folder.parents):
            if _is_course(place):
                return place, _below_tree(relative)
    return None, ()


def _path(argument: str, folder: Path) -> Path:
    """Give the path that an argument means; links in it stay, for a stub may be one."""
    name = argument.partition("::")[0]
    if "\\" in name and not os.path.exists(folder / name):  # noqa: PTH110 - no OSError for a name that no file can have
        name = name.replace("\\", "/")
    return Path(os.path.abspath(folder / name))  # noqa: PTH100 - resolve() would follow links


def _is_course(folder: Path) -> bool:
    # Other projects have an mkdocs.yml and an exercises/ too; they are left alone.
    return (folder / "mkdocs.yml").is_file() and any(folder.glob("docs/p[0-9]_*/l[0-9][0-9]_*.md"))


def _below_tree(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what comes before the last `exercises`: from inside exercises/, people still type it."""
    plain = [part.casefold() for part in parts]
    return parts[len(parts) - plain[::-1].index(TREE) :] if TREE in plain else parts


def _may_name_lessons(argument: str, folder: Path) -> bool:
    """Say whether an argument can be graded: a learner's own tests beside the exercises are left to pytest."""
    path = _path(argument, folder)
    return not os.path.isfile(path) or LESSON_LIKE.fullmatch(path.name) is not None  # noqa: PTH113 - likewise


def _place(argument: str, folder: Path, course: Course) -> str:
    _, names = _split(argument, folder)
    tasks = argument.partition("::")[2].strip(":")
    tree = course.root / TREE
    if not names:
        return str(tree)
    if len(names) == 1 and (part := names[0].casefold()) in course.parts:
        return str(tree / part)
    lesson = course.lesson("/".join(names))
    path = _path(argument, folder)
    if os.path.isfile(path) and not any(path.samefile(own) for own in (lesson.stub, lesson.checker) if own.is_file()):  # noqa: PTH113 - likewise
        raise pytest.UsageError(
            f"{argument} is not graded: the exercise of this lesson is {TREE}/{lesson.stem}.py. Put your code there."
        )
    return f"{lesson.checker}::{_function(lesson, tasks)}" if tasks else str(lesson.checker)


def _function(lesson: Lesson, task: str) -> str:
    """Find a task by its function or number."""
    from poolschool.course.exercises import read_exercise

    tasks = read_exercise(lesson.checker).tasks
    if found := next((one.function for one in tasks if task in (one.function, str(one.number))), None):
        return found
    raise pytest.UsageError(
        f"The lesson {lesson.topic} has no task {task!r}. Its tasks are: {', '.join(one.function for one in tasks)}."
    )
