"""Kept answers graded as in the terminal: each once in a run, for whichever test asks first."""

import pickle
from pathlib import Path

import pytest
from kept_answers import compose, read_foretold
from once import once_for_all_workers

from poolschool.course.lessons import Lesson
from poolschool.grading.grader import Grader
from poolschool.grading.verdict import LessonResult


def graded(factory: pytest.TempPathFactory, grader: Grader, lesson: Lesson, kept: Path) -> LessonResult:
    """Give what the terminal says of the program that a kept answer stands for; of a wrong one, up to the task it fails at."""
    kind = kept.parents[2].name  # tests/content/KIND/PART/LESSON/ANSWER.py
    until = read_foretold(kept).task if kind == "wrong" else None

    def grade(folder: Path) -> None:
        (folder / lesson.part).mkdir(parents=True)
        (folder / f"{lesson.stem}.py").write_text(compose(kept, lesson.solution), encoding="utf-8")
        (folder / "result").write_bytes(pickle.dumps(grader.grade(lesson, folder, until=until)))

    folder = once_for_all_workers(factory, f"graded-{kind}-{lesson.topic}-{kept.stem}", grade)
    result: LessonResult = pickle.loads((folder / "result").read_bytes())  # noqa: S301 - written above
    return result
