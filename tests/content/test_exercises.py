"""The checkers know right from wrong: stubs are open, solutions pass every time, known wrong answers fail as foretold."""

import os
import re
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path

import pytest
from graded import graded
from kept_answers import read_foretold

from poolschool.course.beliefs import load_beliefs
from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import Lesson, load_course
from poolschool.grading.grader import Grader
from poolschool.grading.verdict import LessonResult
from poolschool.grading.words import words

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent
COURSE = load_course(ROOT)
LESSONS = [lesson for lesson in COURSE.lessons if lesson.has_exercise]
EACH_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.topic for lesson in LESSONS])
TIMES = int(os.environ.get("POOLSCHOOL_TIMES", "8"))  # of each solution in a row; 20 before a lesson is called done


def kept(kind: str) -> list[object]:
    """List the kept answers of one kind as test parameters."""
    return [
        pytest.param(lesson, path, id=f"{lesson.topic}-{path.stem}")
        for lesson in LESSONS
        for path in sorted((KEPT / kind / lesson.stem).glob("*.py"))
    ]


@pytest.fixture(scope="module")
def grader() -> Grader:
    """Keep one warm grader for all lessons."""
    return Grader(postgresql=True)


def said(result: LessonResult) -> str:
    """Give all verdicts in one text, for the message of a failing test."""
    return "\n".join(
        f"{verdict.task} {verdict.status} {words(result, verdict, {})}\n{verdict.trace}" for verdict in result.verdicts
    )


@EACH_LESSON
def test_a_stub_is_open_in_every_task(lesson: Lesson, grader: Grader) -> None:
    """Each task of a stub fails by itself, with the learner's words and not the checker's fault."""
    result = grader.grade(lesson, ROOT / "exercises", ignore_needs=True)
    assert {verdict.status for verdict in result.verdicts} == {"failed"}, said(result)
    assert all(verdict.called and verdict.got and verdict.expected and verdict.hint for verdict in result.verdicts), (
        said(result)
    )


@EACH_LESSON
def test_a_stub_names_its_tasks(lesson: Lesson) -> None:
    """Each task of the checker has a TODO in the stub, and the solution has none left."""
    numbers = [str(task.number) for task in read_exercise(lesson.checker).tasks]
    todos = re.findall(r"# TODO (\d+):", lesson.stub.read_text(encoding="utf-8"))
    assert sorted(set(todos)) == numbers
    assert "TODO" not in lesson.solution.read_text(encoding="utf-8")


@EACH_LESSON
@pytest.mark.timeout(300)
def test_a_solution_passes_every_time(lesson: Lesson, grader: Grader) -> None:
    """The worked solution passes every task, each time in a row."""
    for _ in range(TIMES):
        result = grader.grade(lesson, ROOT / "solutions")
        assert result.passed == result.total, said(result)


@pytest.mark.parametrize(("lesson", "kept_answer"), kept("wrong"))
def test_a_wrong_answer_fails_as_foretold(
    lesson: Lesson, kept_answer: Path, grader: Grader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A kept wrong answer fails at the task, and with the words, that its header foretells."""
    foretold = read_foretold(kept_answer)
    result = graded(tmp_path_factory, grader, lesson, kept_answer)
    open_task = result.first_open
    assert open_task, said(result)
    assert (open_task.task, open_task.status) == (foretold.task, foretold.status), said(result)
    assert foretold.says in words(result, open_task, {}), said(result)
    assert open_task.belief in {"", *load_beliefs(ROOT)}, open_task.belief


@EACH_LESSON
def test_messages_tell_wrong_answers_apart(lesson: Lesson) -> None:
    """The same words are foretold for at most four wrong answers of a lesson: what fits everything says nothing."""
    foretold = Counter(read_foretold(path).says for path in (KEPT / "wrong" / lesson.stem).glob("*.py"))
    assert all(count <= 4 for count in foretold.values()), foretold.most_common(3)


@pytest.mark.parametrize(("lesson", "kept_answer"), kept("right"))
def test_another_right_answer_passes(
    lesson: Lesson, kept_answer: Path, grader: Grader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A kept right answer that differs from ours passes every task."""
    result = graded(tmp_path_factory, grader, lesson, kept_answer)
    assert result.passed == result.total, said(result)


def test_queries_until_is_exact() -> None:
    """The solution's number of queries meets the share, and one query fewer does not, for 28,500 decimal inputs."""
    spec = spec_from_file_location("stopwatch", COURSE.lesson("cost_of_connecting").solution)
    assert spec
    assert spec.loader
    stopwatch = module_from_spec(spec)
    spec.loader.exec_module(stopwatch)
    assert stopwatch.queries_until(0.1, 0.6, 0.15) == 36
    for twentieths, tenths, hundredths in product(range(1, 20), range(1, 101), range(1, 31, 2)):
        queries = stopwatch.queries_until(twentieths / 20, tenths / 10, hundredths / 100)
        share, connect, query = Fraction(twentieths, 20), Fraction(tenths, 10), Fraction(hundredths, 100)
        assert connect <= share * (connect + queries * query)
        assert queries == 0 or connect > share * (connect + (queries - 1) * query)


@EACH_LESSON
def test_beliefs_of_a_checker_exist(lesson: Lesson) -> None:
    """Every belief that a checker names is in the list of beliefs."""
    named = set(re.findall(r'belief="(\w+)"', lesson.checker.read_text(encoding="utf-8")))
    assert named <= set(load_beliefs(ROOT))


def test_nothing_is_kept_for_a_lesson_that_is_not_there() -> None:
    """Every folder of kept answers belongs to a lesson."""
    stems = {
        path.relative_to(KEPT / kind).as_posix() for kind in ("wrong", "right") for path in (KEPT / kind).glob("*/*")
    }
    assert stems <= {lesson.stem for lesson in LESSONS}


COLLECTS = """
import sys, pytest
for topic in sys.argv[1:]:
    print("\\f" + topic)
    pytest.main(["exercises", "--collect-only", "-q", "-k", topic])
"""


def test_a_topic_chooses_its_own_lesson_only() -> None:
    """`pytest exercises -k TOPIC` selects every task of that lesson and of no other."""
    command = [sys.executable, "-c", COLLECTS, *(lesson.topic for lesson in LESSONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    parts = done.stdout.split("\f")[1:]
    chosen = {lines[0]: [line for line in lines if "::" in line] for lines in map(str.splitlines, parts)}
    for lesson in LESSONS:
        assert len(chosen[lesson.topic]) == len(read_exercise(lesson.checker).tasks), lesson.topic
        assert all(line.startswith(f"exercises/{lesson.stem}_test.py::") for line in chosen[lesson.topic])
