"""What every exported autograder carries: the checkers of chosen lessons, the tooling's source, the parts to install.

No worked solution is among it: a submission can read all that lies in its container.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from poolschool import FOLDER
from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.front_matter import FRONT_MATTER
from poolschool.course.lessons import Course, Lesson
from poolschool.grading.stopped import IMPORT_SECONDS
from poolschool.teaching.autograder.requirements import grading_requirements
from poolschool.teaching.autograder.run import PLAN, Plan

HERE = Path(__file__).parent
ROOMS = (
    "schedules",
    "course",
    "grading",
    "confined",
    "database",
    "teaching/autograder",
)  # what grading on a service stands on
START_SECONDS = 30  # until the first lesson: a first start of PostgreSQL included, on half a core


@dataclass(frozen=True)
class Bundle:
    """Files by their path in the export; `worst` is how long one submission can take if every task runs out of its time."""

    files: dict[str, bytes]
    lessons: tuple[Lesson, ...]
    tasks: int
    worst: float

    def warnings(self, limit: float) -> list[str]:
        """Say what an instructor should know if the service gives one submission `limit` seconds."""
        if self.worst <= limit:
            return []
        return [
            (
                f"A submission in which every task runs out of its time takes {self.worst:.0f} s; after {limit:g} s the rest is "
                "told as not reached. Export fewer lessons to one assignment if that is too few."
            )
        ]


def bundle(
    course: Course, topics: tuple[str, ...], *, points: Mapping[str, float], site: str, seconds: float
) -> Bundle:
    """Collect the files for the lessons of these topics, all that have an exercise if none is named.

    `seconds` is what the service gives one submission. Raises UserMistake for an unknown topic, a lesson without an exercise
    and impossible points.
    """
    lessons = course.with_exercise(topics)
    for topic, many in points.items():
        course.lesson(topic)
        if not (math.isfinite(many) and many > 0):
            raise UserMistake(f"{many:g} points for each task of {topic} cannot be given. Give more than 0.")
    exercises = [read_exercise(lesson.checker) for lesson in lessons]
    plan = Plan(tuple(lesson.topic for lesson in lessons), seconds, points, site)
    files = {
        PLAN: plan.to_json().encode(),
        "requirements.txt": grading_requirements(course.root).encode(),
        "grading_setup.py": (HERE / "setup.py").read_bytes(),
        **{f"course/{name}": content for name, content in _course(course, lessons).items()},
        **{f"course/src/poolschool/{name}": content for name, content in _tooling().items()},
    }
    worst = START_SECONDS + sum(IMPORT_SECONDS + sum(task.seconds for task in exercise.tasks) for exercise in exercises)
    return Bundle(files, lessons, sum(len(exercise.tasks) for exercise in exercises), worst)


def _course(course: Course, lessons: tuple[Lesson, ...]) -> dict[str, bytes]:
    """Give the files of a course that holds these lessons and no more than grading reads of them."""
    names = ["mkdocs.yml", "pyproject.toml", "README.md", "LICENSE", "quizzes/beliefs.toml"]
    for lesson in lessons:
        names += [path.relative_to(course.root).as_posix() for path in (lesson.checker, lesson.stub)]
    pages = {lesson.page.relative_to(course.root).as_posix(): _front(lesson.page) for lesson in lessons}
    found = {name: (course.root / name).read_bytes() for name in names if (course.root / name).is_file()}
    return found | pages


def _front(page: Path) -> bytes:
    """Keep a page's front matter: it is the lesson's data, and the rest is on the site."""
    found = FRONT_MATTER.match(page.read_text(encoding="utf-8"))
    return found.group().encode() if found else b""


def _tooling() -> dict[str, bytes]:
    """Give the source that grading runs, by its path in the package."""
    files = [FOLDER / name for name in ("__init__.py", "py.typed", "checks.py", "teaching/__init__.py")]
    files += [path for room in ROOMS for path in sorted((FOLDER / room).rglob("*.py"))]
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in files}
