"""Generated questions: one function in quizzes/STEM_generated.py, as many versions as there are numbers.

    def cap(draw) -> dict        every public function generates one question; its name is the question's id
        draw.whole(3, 9)         `draw` is a poolschool.quiz.shuffle.Draw that belongs to the version's number
        return {…}               the keys of a `[[question]]` in a quiz file, and `given`: what the proof builds the pool from

A question has VERSIONS versions and no others, so that each one that is ever handed out has been proved
(quizzes/STEM_generated_proof.py). The same number gives the same question, in the page, on paper and in an LMS.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.machinery import SourceFileLoader
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from poolschool.course.faults import CourseFault, Fault, course_path
from poolschool.course.lessons import Course, Lesson
from poolschool.course.toml_faults import faults_of
from poolschool.course.toml_lines import TomlPlaces
from poolschool.quiz.questions import Question
from poolschool.quiz.shuffle import Draw, fnv1a

VERSIONS = 200
_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)
_NO_PLACES = TomlPlaces("")  # a table that a function made stands on no line; the function's own is named


@dataclass(frozen=True)
class Generated:
    """A question that is made by a function; `version(n)` gives one of them, n from 0 to VERSIONS − 1."""

    topic: str
    id: str
    path: Path
    make: Callable[[Draw], dict[str, Any]] = field(repr=False)

    @property
    def name(self) -> str:
        """The question whatever its version: `engine_and_pool.cap`."""
        return f"{self.topic}.{self.id}"

    @property
    def about(self) -> str:
        """What the question asks and what varies, in one sentence."""
        return (self.make.__doc__ or "").strip().split("\n")[0]

    def version(self, number: int) -> Question:
        """Make a version; raise CourseFault if the function's table is no sound question."""
        return _made(self, number)[0]

    def given(self, number: int) -> dict[str, Any]:
        """Give what a version is about: the settings and counts that its proof builds a pool from."""
        return _made(self, number)[1]

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits over what all versions ask and what is right."""
        hashes = "".join(self.version(number).content_hash for number in range(VERSIONS))
        return hashlib.sha256(hashes.encode()).hexdigest()[:12]


def version_for(seed: int, name: str) -> int:
    """Say which version of a question belongs to a seed; docs/assets/assigned/paper.js says the same."""
    return fnv1a(f"{seed}:{name}") % VERSIONS


def generated_questions(lesson: Lesson) -> dict[str, Generated]:
    """Read a lesson's generated questions by id, in the order of the file; nothing if it has none."""
    path = lesson.generated
    return _read(path, lesson.topic, path.stat().st_mtime_ns) if path.is_file() else {}


def all_generated(course: Course) -> Iterator[Generated]:
    """Give the generated questions of all lessons, in reading order."""
    for lesson in course.lessons:
        yield from generated_questions(lesson).values()


@lru_cache(maxsize=64)
def _read(path: Path, topic: str, _changed: int) -> dict[str, Generated]:
    loader = SourceFileLoader(f"poolschool_generated_{topic}", str(path))
    module = ModuleType(loader.name)
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as problem:
        what = f"The file cannot be imported: {type(problem).__name__}: {problem}."
        raise CourseFault([Fault(course_path(path), getattr(problem, "lineno", 0) or 0, what, "Fix it.")]) from None
    functions = {
        name: function
        for name, function in vars(module).items()
        if isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__
    }
    return {name: Generated(topic, name, path, function) for name, function in functions.items()}


@lru_cache(maxsize=16_384)
def _made(asked: Generated, number: int) -> tuple[Question, dict[str, Any]]:
    if not 0 <= number < VERSIONS:
        raise ValueError(f"{asked.name} has versions 0 to {VERSIONS - 1}, not {number}.")
    line = asked.make.__code__.co_firstlineno
    try:
        table = asked.make(Draw(number, asked.name))
        given = table.pop("given", {})
        if isinstance(wrong := table.get("wrong"), list):
            table["wrong"] = list(_telling(table, wrong))
        return _QUESTION.validate_python({"id": asked.id, **table}).place(asked.topic, number), given
    except ValidationError as error:
        faults = faults_of(error, asked.path, _NO_PLACES)
        named = [Fault(it.path, line, f"{asked.id}, version {number}: {it.what}", it.way_out) for it in faults]
        raise CourseFault(named) from None
    except (Exception, SystemExit) as problem:
        what = f"{asked.id}, version {number}: {type(problem).__name__}: {problem}."
        raise CourseFault([Fault(course_path(asked.path), line, what, "Fix the function.")]) from None


def _telling(table: dict[str, Any], wrong: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out a mistake that leads, in this version, to the right answer or to that of an earlier mistake."""
    seen = [table.get("value", table.get("prints"))]
    for entry in wrong:
        answer = entry.get("value", entry.get("prints"))
        if answer not in seen:
            seen.append(answer)
            yield entry
