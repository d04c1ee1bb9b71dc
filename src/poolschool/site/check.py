"""Check pages, quizzes and what belongs to them before anything is built: every fault at once, with its line.

Python-Markdown does not tell an extension which page it converts, so the check reads the files themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from poolschool.course.beliefs import Belief, load_beliefs
from poolschool.course.exercises import Exercise, read_exercise
from poolschool.course.faults import CourseFault, Fault
from poolschool.course.lessons import Course, Lesson, find_root, load_course
from poolschool.course.proofs import read_proofs
from poolschool.course.toml_faults import read_toml
from poolschool.quiz.generated import generated_questions
from poolschool.quiz.questions import Quiz
from poolschool.quiz.reader import load_quiz
from poolschool.site.rules import block_faults, heading_faults, include_faults, lesson_faults, live_faults
from poolschool.site.source import PageSource

Read = TypeVar("Read")
_WATCHED = (("docs", "*.md"), ("quizzes", "*.toml"), ("quizzes", "*.py"), ("exercises", "*.py"), ("solutions", "*.py"))


@dataclass(frozen=True)
class Found:
    """What a check has read on its way, by topic or id: whoever builds pages need not read it again."""

    quizzes: dict[str, Quiz] = field(default_factory=dict)
    exercises: dict[str, Exercise] = field(default_factory=dict)
    beliefs: dict[str, Belief] = field(default_factory=dict)


def lint() -> int:
    """Print every fault of pages and quiz files; exit code 1 if there is one."""
    faults = check_pages(find_root())
    for fault in faults:
        print(fault)  # noqa: T201 - the command's output
    return 1 if faults else 0


def snapshot(root: Path) -> tuple[tuple[str, int], ...]:
    """Give what has to stay the same for a check to stay true: every source with its time of change, in nanoseconds."""
    paths = (path for folder, ending in _WATCHED for path in (root / folder).rglob(ending))
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))


def check_pages(root: Path, found: Found | None = None) -> list[Fault]:
    """Give all faults of the course at `root`, sorted by place; paths are relative to it. Fills `found`."""
    found = Found() if found is None else found
    faults: list[Fault] = []
    course = _gather(faults, lambda: load_course(root))
    if course is not None:
        found.beliefs.update(_gather(faults, lambda: load_beliefs(root)) or {})
        pages = {
            path: PageSource(path.relative_to(root), path.read_text(encoding="utf-8"))
            for path in sorted((root / "docs").rglob("*.md"))
        }
        for page in pages.values():
            faults += _gather(faults, partial(block_faults, course, page)) or []
            faults += [*heading_faults(page), *include_faults(root, page), *live_faults(page)]
        for lesson in course.lessons:
            faults += lesson_faults(lesson, pages[lesson.page])
            _read_companions(lesson, faults, found)
        faults += _missing_anchors(course, found.beliefs, pages)
    return sorted({_relative(root, fault) for fault in faults})


def _read_companions(lesson: Lesson, faults: list[Fault], found: Found) -> None:
    """Read a lesson's quiz, proofs and exercise for their faults."""
    proofs = _gather(faults, lambda: read_proofs(lesson.proof))
    quiz = _gather(faults, lambda: load_quiz(lesson.quiz, lesson.topic, beliefs=found.beliefs, proofs=proofs))
    if quiz is not None:
        found.quizzes[lesson.topic] = quiz
    generated = _gather(faults, lambda: generated_questions(lesson))
    for made in (generated or {}).values():
        _gather(faults, partial(made.version, 0))  # the tests make them all
        if quiz is not None and made.id in {question.id for question in quiz.questions}:
            what = f"The id `{made.id}` is taken by a question of {lesson.quiz.name}."
            faults.append(
                Fault(made.path, made.make.__code__.co_firstlineno, what, "Rename the function and its proof.")
            )
    if lesson.has_exercise:
        exercise = _gather(faults, lambda: read_exercise(lesson.checker))
        if exercise is not None:
            found.exercises[lesson.topic] = exercise
        for path in (lesson.stub, lesson.solution):
            _gather(faults, path.read_bytes)


def _missing_anchors(course: Course, beliefs: dict[str, Belief], pages: dict[Path, PageSource]) -> list[Fault]:
    """Find beliefs whose lesson does not have the place that they name."""
    path = course.root / "quizzes" / "beliefs.toml"
    lost = [
        (belief, lesson)
        for belief in beliefs.values()
        for lesson in course.lessons
        if lesson.topic == belief.lesson and belief.anchor not in pages[lesson.page].anchors
    ]
    places = read_toml(path)[1] if lost else None
    return [
        Fault(
            path,
            places.line((belief.id,)) if places else 0,
            f"docs/{lesson.stem}.md has no anchor #{belief.anchor} for `{belief.id}`.",
            f"Write {{ #{belief.anchor} }} where the page puts the belief to the test.",
        )
        for belief, lesson in lost
    ]


def _gather(faults: list[Fault], read: Callable[[], Read]) -> Read | None:
    """Read something; keep its faults and give None if it has any."""
    try:
        return read()
    except CourseFault as problem:
        faults += problem.faults
    except FileNotFoundError as problem:
        faults.append(
            Fault(
                Path(problem.filename), 0, "The file is missing.", "A lesson has one stem in four trees; see README.md."
            )
        )
    return None


def _relative(root: Path, fault: Fault) -> Fault:
    path = fault.path.relative_to(root) if fault.path.is_absolute() and fault.path.is_relative_to(root) else fault.path
    return Fault(path, fault.line, fault.what, fault.way_out)
