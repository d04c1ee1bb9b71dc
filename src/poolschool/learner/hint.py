"""`poolschool hint`: words for the first open task, more of them each time one asks."""

import json
from contextlib import suppress
from pathlib import Path

from poolschool.course.exercises import Task, read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, Lesson, load_course
from poolschool.course.truths import truths
from poolschool.grading.grader import Grader
from poolschool.grading.words import printable
from poolschool.learner.progress import Progress


def hint(topic: str | None) -> int:
    """Print a hint for the first open task; asked again, say more."""
    course = load_course()
    progress = Progress(course.root)
    lesson = course.lesson(topic) if topic is not None else progress.next_lesson(course)
    if lesson is None:
        print("Every task is solved. Nothing to hint at.")  # noqa: T201
        return 0
    if not lesson.has_exercise:
        raise UserMistake(f"The lesson {lesson.topic} has no exercise.")
    exercise = read_exercise(lesson.checker)
    result = Grader(postgresql=exercise.postgresql).grade(lesson, course.root / "exercises")
    progress.note(lesson, result)
    progress.save()
    if (open_task := result.first_open) is None:
        print(f"Every task of {lesson.topic} is solved.")  # noqa: T201
        if later := progress.next_lesson(course, (lesson,)):
            print(f"Next: poolschool hint {later.topic}")  # noqa: T201
        return 0
    task = exercise.tasks[open_task.task - 1]
    print(f"{lesson.topic}, task {task.number}: {task.title}")  # noqa: T201
    if open_task.status == "error":
        print(f"  It could not be judged: {printable(open_task.got)}")  # noqa: T201
        print("  Run `poolschool doctor`. If it finds nothing, please report this text.")  # noqa: T201
        return 1
    before = _count_asked(course.root, f"{lesson.topic}.{task.number}")
    for words in _levels(course, lesson, task, open_task.hint)[: before + 1]:
        print(f"  {printable(words)}")  # noqa: T201
    if before == 0:
        print(f"Not enough? Ask again: poolschool hint {lesson.topic}")  # noqa: T201
    return 0


def _levels(course: Course, lesson: Lesson, task: Task, live_hint: str) -> list[str]:
    """Give the hints from a nudge to the way: the task's own, the checker's, what must be true, where to read, the solution."""
    _, reading = truths(course).get(task.belief, ("", f"docs/{lesson.stem}.md"))
    levels = [
        task.hint or live_hint,
        live_hint,
        f"What must be true: {task.fact}",
        f"Read {reading}",
        f"The worked solution is solutions/{lesson.stem}.py",
    ]
    return list(dict.fromkeys(words for words in levels if words))


def _count_asked(root: Path, key: str) -> int:
    """Count how often this hint was asked for before; where nothing can be written, each time is the first."""
    path = root / ".poolschool" / "hints.json"
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))
        before = int(counts.get(key, 0))
    except (OSError, ValueError, AttributeError, TypeError):
        counts, before = {}, 0
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({**counts, key: before + 1}), encoding="utf-8")
    return before
