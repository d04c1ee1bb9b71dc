"""The course as the tree tells it: nothing here is configured, everything is read from where files lie.

    Course ── Part  p1_why, p2_how, …           a folder under docs/
       └───── Lesson  p1_why/l01_why_pooling    one stem in four trees:
                 ├─ docs/STEM.md                the page; its front matter is the lesson's data
                 ├─ exercises/STEM.py           the stub       exercises/STEM_test.py   its checker
                 ├─ solutions/STEM.py           the worked solution
                 └─ quizzes/STEM.toml           the questions  quizzes/STEM_proof.py    the answer key, executed
                    quizzes/STEM_generated.py   questions with many versions, and STEM_generated_proof.py

The topic (`why_pooling`) is a lesson's identity and unique in the course; the number is only its place in the order.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from poolschool.course.faults import CourseFault, Fault, UserMistake

PART_FOLDER = re.compile(r"p(?P<number>\d)_(?P<name>[a-z_]+)")
LESSON_FILE = re.compile(r"l(?P<number>\d\d)_(?P<topic>[a-z_]+)")
PART_TITLES = {"p1_why": "Why", "p2_how": "How", "p3_breaks": "How it breaks", "p4_scale": "At scale"}
TREES = ("docs", "exercises", "solutions", "quizzes")
# What follows a lesson's module in the names of its files, and what may follow a path: a task, an anchor.
ROLE = re.compile(r"(_generated)?(_proof|_test)?(\.[a-z]+)?$")
FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?\n)---\n", re.DOTALL)
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Lesson:
    """One lesson: a stem in four trees. `minutes` is the reading and doing time, in minutes."""

    root: Path
    part: str
    number: int
    topic: str
    title: str
    description: str
    minutes: int
    objectives: tuple[str, ...]
    needs: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    has_exercise: bool = True

    @property
    def stem(self) -> str:
        """The lesson's path in every tree, without suffix: `p1_why/l01_why_pooling`."""
        return f"{self.part}/{self.module}"

    @property
    def module(self) -> str:
        """The name under which checkers import the stub: `l01_why_pooling`."""
        return f"l{self.number:02}_{self.topic}"

    @property
    def page(self) -> Path:
        return self.root / "docs" / f"{self.stem}.md"

    @property
    def stub(self) -> Path:
        return self.root / "exercises" / f"{self.stem}.py"

    @property
    def checker(self) -> Path:
        return self.root / "exercises" / f"{self.stem}_test.py"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / f"{self.stem}.py"

    @property
    def quiz(self) -> Path:
        return self.root / "quizzes" / f"{self.stem}.toml"

    @property
    def proof(self) -> Path:
        return self.root / "quizzes" / f"{self.stem}_proof.py"

    @property
    def generated(self) -> Path:
        """The functions that generate questions; a lesson may have none."""
        return self.root / "quizzes" / f"{self.stem}_generated.py"

    @property
    def notes(self) -> Path:
        """The page of teaching notes."""
        return self.root / "docs" / "instructors" / "notes" / f"{self.stem}.md"

    @property
    def url(self) -> str:
        """The page's address relative to the site's root: `p1_why/l01_why_pooling/`."""
        return f"{self.stem}/"


@dataclass(frozen=True)
class Course:
    """All lessons in reading order."""

    root: Path
    lessons: tuple[Lesson, ...]

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(lesson.topic for lesson in self.lessons)

    @cached_property
    def parts(self) -> dict[str, tuple[Lesson, ...]]:
        """Lessons by part folder, in reading order."""
        parts: dict[str, tuple[Lesson, ...]] = {}
        for lesson in self.lessons:
            parts[lesson.part] = (*parts.get(lesson.part, ()), lesson)
        return parts

    @cached_property
    def names(self) -> dict[str, Lesson]:
        """Each lesson by all its names as `_plain` writes them; a topic is stronger than another lesson's title."""
        names = {_plain(lesson.topic): lesson for lesson in self.lessons}
        for lesson in self.lessons:
            numbers = (f"{lesson.number}", f"{lesson.number:02}", f"l{lesson.number}", f"l{lesson.number:02}")
            for name in (lesson.module, *numbers, lesson.title):
                names.setdefault(_plain(name), lesson)
        return names

    def lesson(self, name: str) -> Lesson:
        """Find a lesson by whatever names it, in any case; raise UserMistake naming the nearest topics.

        That is its topic (`leaks`), number (`9`, `l09`), module (`l09_leaks`), title, stem, address, or the path of one of
        its files, with slashes or backslashes. Of a path only the last part counts: it is unique in the course.
        """
        if lesson := self.names.get(_plain(name)):
            return lesson
        near = get_close_matches(_plain(name), self.topics, n=3, cutoff=0.5) or self.topics
        raise UserMistake(f"There is no lesson {name!r}. Did you mean: {', '.join(near)}?")

    def lessons_of(self, name: str) -> tuple[Lesson, ...]:
        """Find the lessons that a name means: those of a part (`p3_breaks`), of a tree (`exercises`), or the one of `lesson`."""
        plain = _plain(name)
        if plain in self.names or plain not in {*self.parts, *TREES, _plain(self.root.name)}:
            return (self.lesson(name),)
        return self.parts.get(plain, self.lessons)

    def addresses(self, site: str) -> dict[str, str]:
        """Give the lessons' addresses on a site by topic; none if nobody said where it is."""
        return {lesson.topic: f"{site.rstrip('/')}/{lesson.url}" for lesson in self.lessons} if site else {}

    def with_exercise(self, topics: Iterable[str] = ()) -> tuple[Lesson, ...]:
        """Find lessons to grade, all that have an exercise if none is named; raise UserMistake for one that has none."""
        lessons = tuple(dict.fromkeys(self.lesson(topic) for topic in topics))
        for lesson in lessons:
            if not lesson.has_exercise:
                raise UserMistake(f"The lesson {lesson.topic} has no exercise. Leave it out.")
        return lessons or tuple(lesson for lesson in self.lessons if lesson.has_exercise)


def _plain(name: str) -> str:
    r"""Reduce a name or path to what `Course.names` knows: `exercises\P3_BREAKS\L09_leaks_test.py::test` → `l09_leaks`."""
    path = name.partition("::")[0].partition("#")[0].replace("\\", "/").rstrip("/")
    return re.sub(r"[\s-]+", "_", ROLE.sub("", path.rpartition("/")[2].strip().casefold()))


def find_root(start: Path | None = None) -> Path:
    """Find the course's folder: POOLSCHOOL_ROOT, or the nearest folder above `start` that holds the trees."""
    if root := os.environ.get("POOLSCHOOL_ROOT"):
        return Path(root).resolve()
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "exercises").is_dir():
            return folder
    raise UserMistake(f"{start} is not inside Pool School. Change into the course's folder and try again.")


def load_course(root: Path | None = None) -> Course:
    """Read every lesson page's front matter; raise CourseFault with every fault found."""
    root = root or find_root()
    faults: list[Fault] = []
    lessons: list[Lesson] = []
    for page in sorted((root / "docs").glob("p[0-9]_*/l[0-9][0-9]_*.md")):
        lesson = _read_lesson(root, page, faults)
        if lesson is None:
            continue
        if twin := next((other for other in lessons if other.topic == lesson.topic), None):
            faults.append(
                Fault(
                    page.relative_to(root),
                    0,
                    f"The topic {lesson.topic!r} is taken by {twin.stem}.",
                    "Rename one of the two: a topic is unique in the course.",
                )
            )
        lessons.append(lesson)
    if faults:
        raise CourseFault(faults)
    return Course(root, tuple(lessons))


def _read_lesson(root: Path, page: Path, faults: list[Fault]) -> Lesson | None:
    part, name = PART_FOLDER.fullmatch(page.parent.name), LESSON_FILE.fullmatch(page.stem)
    shown = page.relative_to(root)
    if part is None or name is None:
        faults.append(
            Fault(shown, 0, "The name is not that of a lesson.", "Name it pN_part/lNN_topic.md, in lower case.")
        )
        return None
    data, problem = front_matter(page.read_text(encoding="utf-8"))
    for key, kind in {"title": str, "description": str, "minutes": int, "objectives": list}.items():
        if problem is None and not isinstance(data.get(key), kind):
            problem = f"The front matter lacks `{key}` ({kind.__name__})."
    if problem is not None:
        faults.append(Fault(shown, 1, problem, "Give title, description, minutes, objectives, needs and out_of_scope."))
        return None
    return Lesson(
        root=root,
        part=page.parent.name,
        number=int(name["number"]),
        topic=name["topic"],
        title=data["title"],
        description=data["description"],
        minutes=data["minutes"],
        objectives=tuple(data["objectives"]),
        needs=tuple(data.get("needs") or ()),
        out_of_scope=tuple(data.get("out_of_scope") or ()),
        has_exercise=data.get("exercise", True) is not False,
    )


def front_matter(text: str) -> tuple[dict[str, Any], str | None]:
    """Split off a page's YAML front matter: its data, and what is wrong with it (None if nothing)."""
    found = FRONT_MATTER.match(text)
    if found is None:
        return {}, "The page has no front matter."
    try:
        data = yaml.load(found["yaml"], Loader=_Loader)  # noqa: S506 - the safe loader, in C where there is one
    except yaml.YAMLError as error:
        return {}, f"The front matter is not YAML ({error.__class__.__name__})."
    return (data, None) if isinstance(data, dict) else ({}, "The front matter is not a mapping.")
