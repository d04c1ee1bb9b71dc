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

from poolschool import FOLDER
from poolschool.course.faults import TREES, CourseFault, Fault, UserMistake
from poolschool.course.front_matter import read_front_matter
from poolschool.course.lesson_matter import GIVE, check_lesson
from poolschool.course.source_text import read_source

PART_FOLDER = re.compile(r"p(?P<number>\d)_(?P<name>[a-z_]+)")
LESSON_FILE = re.compile(r"l(?P<number>\d\d)_(?P<topic>[a-z_]+)")
PART_TITLES = {"p1_why": "Why", "p2_how": "How", "p3_breaks": "How it breaks", "p4_scale": "At scale"}
CARRIED = FOLDER / "carried"  # only in an installed wheel
# What follows a lesson's module in the names of its files, and what may follow a path: a task, an anchor.
ROLE = re.compile(r"(_generated)?(_proof|_test)?(\.[a-z]+)?$")


@dataclass(frozen=True)
class Lesson:
    """One lesson: a stem in four trees; the times are in minutes, and a lesson without an exercise has none for it."""

    root: Path
    part: str
    number: int
    topic: str
    title: str
    description: str
    reading_minutes: int
    exercise_minutes: int
    objectives: tuple[str, ...]
    needs: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    has_exercise: bool = True

    @property
    def minutes(self) -> int:
        """What the whole lesson takes, reading and exercise."""
        return self.reading_minutes + self.exercise_minutes

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
        if not self.topics:
            raise UserMistake(
                f"There is no lesson {name!r}, and no other in {self.root}. Go to the folder of the course."
            )
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
        if not os.path.isdir(os.path.join(root, "docs")):  # noqa: PTH112, PTH118 - False for what no path can be
            raise UserMistake(
                f"POOLSCHOOL_ROOT is {root!r}, which holds no course. Set it to the course's folder, or unset it."
            )
        return Path(root).resolve()
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents, *Path(__file__).resolve().parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "exercises").is_dir():
            return folder
    raise UserMistake(f"{start} is not inside Pool School. Change into the course's folder and try again.")


def find_pages() -> Path:
    """Find the folder whose `docs` a command names: the course's, or what an installed wheel carries of it."""
    try:
        return find_root()
    except UserMistake:
        if not CARRIED.is_dir():
            raise
        return CARRIED


def load_course(root: Path | None = None) -> Course:
    """Read every lesson page's front matter; raise CourseFault with every fault."""
    course, faults = read_course(root or find_root())
    if faults:
        raise CourseFault(faults)
    return course


def read_course(root: Path) -> tuple[Course, list[Fault]]:
    """Read the lessons whose front matter is sound, and the faults of the others."""
    faults: list[Fault] = []
    lessons: list[Lesson] = []
    for page in sorted((root / "docs").glob("p[0-9]_*/l[0-9][0-9]_*.md")):
        lesson = _read_lesson(root, page, faults)
        if lesson is None:
            continue
        if twin := next((other for other in lessons if other.topic == lesson.topic), None):
            what = f"The topic {lesson.topic!r} is taken by {twin.stem}."
            way_out = "Rename one of the two: a topic is unique in the course."
            faults.append(Fault(page.relative_to(root), 0, what, way_out))
        lessons.append(lesson)
    return Course(root, tuple(lessons)), faults


def _read_lesson(root: Path, page: Path, faults: list[Fault]) -> Lesson | None:
    part, name = PART_FOLDER.fullmatch(page.parent.name), LESSON_FILE.fullmatch(page.stem)
    place = page.relative_to(root)
    if part is None or name is None:
        faults.append(
            Fault(place, 0, "The name is not that of a lesson.", "Name it pN_part/lNN_topic.md, in lower case.")
        )
        return None
    try:
        matter = read_front_matter(read_source(page), place)
    except CourseFault as problem:
        faults += problem.faults
        return None
    if matter is None:
        faults.append(Fault(place, 1, "The page has no front matter.", GIVE))
        return None
    if not matter.faults:
        check_lesson(matter)
    if matter.faults:
        faults += matter.faults
        return None
    data = matter.data
    return Lesson(
        root=root,
        part=page.parent.name,
        number=int(name["number"]),
        topic=name["topic"],
        title=data["title"].strip(),
        description=data["description"].strip(),
        reading_minutes=data["minutes"]["reading"],
        exercise_minutes=data["minutes"].get("exercise", 0),
        objectives=tuple(data["objectives"]),
        needs=tuple(data.get("needs") or ()),
        out_of_scope=tuple(data.get("out_of_scope") or ()),
        has_exercise=data.get("exercise", True),
    )
