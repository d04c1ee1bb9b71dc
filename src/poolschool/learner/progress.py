"""How far a learner is: the last verdicts per lesson, remembered under .poolschool/ and dropped when the file changes."""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import Course, Lesson
from poolschool.grading.plain_file import plain_bytes
from poolschool.grading.verdict import LessonResult


class Progress:
    """Passed tasks by topic. Reading survives a missing or damaged file; writing replaces it at once."""

    def __init__(self, root: Path) -> None:
        self.path = root / ".poolschool" / "progress.json"
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            self.known: dict[str, list[object]] = known if isinstance(known, dict) else {}
        except (OSError, ValueError):
            self.known = {}

    def note(self, lesson: Lesson, result: LessonResult) -> None:
        """Remember a result for the file as it is now."""
        self.known[lesson.topic] = [digest(lesson), result.passed]

    def save(self) -> None:
        """Write what is known; a folder that cannot be written to is no reason to fail a grading."""
        try:
            self.path.parent.mkdir(exist_ok=True)
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.known), encoding="utf-8")
            new.replace(self.path)
        except OSError:
            pass

    def passed(self, lesson: Lesson) -> int:
        """How many tasks passed when the file, as it is now, was graded last; 0 if it never was."""
        match self.known.get(lesson.topic):
            case [str(known), int(passed)] if known == digest(lesson):
                return passed
        return 0

    def is_complete(self, lesson: Lesson) -> bool:
        """Whether every task passed when the file, as it is now, was graded last."""
        return self.passed(lesson) >= len(read_exercise(lesson.checker).tasks)

    def counts(self, course: Course) -> tuple[int, int, int, int]:
        """Count passed tasks, all tasks, finished lessons and all lessons with an exercise."""
        totals = {lesson: len(read_exercise(lesson.checker).tasks) for lesson in course.lessons if lesson.has_exercise}
        passed = {lesson: min(self.passed(lesson), total) for lesson, total in totals.items()}
        finished = sum(passed[lesson] == total for lesson, total in totals.items())
        return sum(passed.values()), sum(totals.values()), finished, len(totals)

    def next_lesson(self, course: Course, graded: Collection[Lesson] = ()) -> Lesson | None:
        """Find where to go on: the first graded lesson with an open task, else the next open one after them, else the first."""
        open_lessons = [lesson for lesson in course.lessons if lesson.has_exercise and not self.is_complete(lesson)]
        last = max((course.lessons.index(lesson) for lesson in graded), default=-1)
        later = (lesson for lesson in open_lessons if course.lessons.index(lesson) > last)
        return next((lesson for lesson in open_lessons if lesson in graded), None) or next(
            iter((*later, *open_lessons)), None
        )


def digest(lesson: Lesson) -> str:
    """Digest what a lesson's verdicts depend on: the learner's file and the checker."""
    content = hashlib.sha256()
    for path in (lesson.stub, lesson.checker):
        try:
            content.update(plain_bytes(path))
        except OSError:  # not there, or an editor is at it just now
            content.update(b"-")
    return content.hexdigest()[:16]
