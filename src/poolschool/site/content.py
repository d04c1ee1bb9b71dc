"""The course as its pages need it: each file is read once, when somebody first asks for it.

Content ─ course                     lessons, from the pages' front matter
        ├ beliefs                    the registry
        ├ errors                     pages of error texts
        ├ labs                       notebooks, from their metadata
        └ quiz, proofs, exercise     of a lesson
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from poolschool.course.beliefs import Belief, load_beliefs
from poolschool.course.exercises import Exercise, read_exercise
from poolschool.course.faults import CourseFault
from poolschool.course.labs import Lab, load_labs
from poolschool.course.lessons import Course, Lesson
from poolschool.course.proofs import read_proofs
from poolschool.errors.entry import Entry, load_entries
from poolschool.quiz.questions import Quiz
from poolschool.quiz.reader import load_quiz

Read = TypeVar("Read")


class Content:
    """What pages show of a course. A file with a mistake raises CourseFault each time it is asked for."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._memory: dict[tuple[str, str], Any] = {}

    @property
    def root(self) -> Path:
        return self.course.root

    @cached_property
    def beliefs(self) -> dict[str, Belief]:
        return load_beliefs(self.root)

    @cached_property
    def labs(self) -> tuple[Lab, ...]:
        return load_labs(self.root)

    @cached_property
    def errors(self) -> tuple[Entry, ...]:
        return load_entries(self.root)

    def quiz(self, lesson: Lesson) -> Quiz:
        """Read a lesson's questions. Where beliefs or proofs cannot be read, that alone is the fault: none is missed here."""

        def read() -> Quiz:
            beliefs = _without_fault(lambda: self.beliefs)
            proofs = _without_fault(lambda: self.proofs(lesson))
            return load_quiz(lesson.quiz, lesson.topic, beliefs=beliefs, proofs=proofs)

        return self._once("quiz", lesson, read)

    def proofs(self, lesson: Lesson) -> dict[str, str]:
        """Read the sources of a lesson's proofs, by question id."""
        return self._once("proofs", lesson, lambda: read_proofs(lesson.proof))

    def exercise(self, lesson: Lesson) -> Exercise:
        """Read the tasks of a lesson."""
        return self._once("exercise", lesson, lambda: read_exercise(lesson.checker))

    def _once(self, kind: str, lesson: Lesson, read: Callable[[], Read]) -> Read:
        key = (kind, lesson.topic)
        if key not in self._memory:
            self._memory[key] = read()
        return self._memory[key]  # type: ignore[no-any-return]


def _without_fault(read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except CourseFault:
        return None
