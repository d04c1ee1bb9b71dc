"""What people believe about pools and what is so: one list for quizzes, checkers and lessons."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from poolschool.course import Course


@dataclass(frozen=True)
class Misconception:
    """A wrong belief, the truth in one or two sentences, and the place in a lesson where it is put to the test."""

    id: str
    belief: str
    truth: str
    lesson: str
    anchor: str


def load_misconceptions(root: Path) -> dict[str, Misconception]:
    """Read quizzes/misconceptions.toml; a missing file is an empty list."""
    path = root / "quizzes" / "misconceptions.toml"
    if not path.is_file():
        return {}
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Misconception(id=name, **entry) for name, entry in entries.items()}


def place(course: Course, misconception: Misconception) -> str:
    """Give the file and anchor of the lesson that puts a belief to the test."""
    stem = next((lesson.stem for lesson in course.lessons if lesson.topic == misconception.lesson), None)
    return f"docs/{stem}.md#{misconception.anchor}" if stem else ""


def truths(course: Course) -> dict[str, tuple[str, str]]:
    """Give truth and place by id, as a report shows them."""
    return {name: (entry.truth, place(course, entry)) for name, entry in load_misconceptions(course.root).items()}
