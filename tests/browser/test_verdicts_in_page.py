"""The page judges as the terminal does: same verdicts, same words."""

import json
import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import pytest
from graded import graded
from kept_answers import compose
from live_page import ASK, COURSE, HERE, ROOT
from playwright.sync_api import Page

from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import Lesson
from poolschool.grading.grader import Grader
from poolschool.grading.verdict import Verdict

pytestmark = pytest.mark.together  # one Python in one page judges all
KEPT = ROOT / "tests" / "content"


def test_most_exercises_run_in_the_page() -> None:
    """What a page cannot run is the exception: this file would else test nothing."""
    assert len(HERE) >= 3


@lru_cache(maxsize=1)
def grader() -> Grader:
    """Keep one warm grader for all lessons."""
    return Grader()


def verdicts_here(page: Page, lesson: Lesson, learner: str, until: int = 99) -> list[dict[str, object]]:
    """Grade a text in the page, up to the task of a number."""
    checker = lesson.checker.read_text(encoding="utf-8")
    done = [
        asdict(Verdict(task.number, task.title, "blocked"))
        for task in read_exercise(lesson.checker).tasks
        if task.number > until
    ]
    order = {"stem": lesson.stem, "checker": checker, "learner": learner, "done": done}
    verdicts: list[dict[str, object]] = page.evaluate(ASK, ["grade", order, f"{checker}\n{learner}"])
    return verdicts[:until]


# What the page's newer Python says or counts otherwise, though it judges the same.
OTHERWISE = {
    "web_connect_timeout": "a driver's TypeError is worded differently",
    "always_a_fresh_one": "how many connections are older than 0 s depends on the clock",
}


def submissions(kind: str) -> list[object]:
    """List the kept answers of one kind as test parameters, without those that only threads can refuse."""
    return [
        pytest.param(lesson, path, id=f"{lesson.topic}-{path.stem}")
        for lesson in HERE
        for path in sorted((KEPT / kind / lesson.stem).glob("*.py"))
        if path.stem not in OTHERWISE and "\n# passes in the page" not in path.read_text(encoding="utf-8")
    ]


def as_read(verdict: dict[str, object]) -> dict[str, object]:
    """Give what a learner reads of a verdict; times, folders and lines of Python's own library differ between two Pythons."""
    words = {name: value for name, value in verdict.items() if name not in ("seconds", "trace")}
    del words["pool"]  # what it tells hangs on who came first; tests of the picture compare where nothing does
    if "too far out" in str(words["hint"]):  # the outermost frames are the grader's own
        del words["got"]
    text = re.sub(r"(/[\w.-]+)*/poolschool-\w+", "FOLDER", json.dumps(words))
    return json.loads(re.sub(r"((?:contextlib|functools|mock)\.py):\d+", r"\1:LINE", text))


@pytest.mark.parametrize("lesson", HERE, ids=[lesson.topic for lesson in HERE])
def test_a_stub_is_open_and_a_solution_passes(python: Page, lesson: Lesson) -> None:
    """In the page no task of the stub passes, and every task of the worked solution."""
    stub = verdicts_here(python, lesson, lesson.stub.read_text(encoding="utf-8"))
    assert {verdict["status"] for verdict in stub} <= {"failed", "blocked"}
    solution = verdicts_here(python, lesson, lesson.solution.read_text(encoding="utf-8"))
    assert {verdict["status"] for verdict in solution} == {"passed"}, solution


@pytest.mark.parametrize(("lesson", "path"), [*submissions("wrong"), *submissions("right")])
def test_the_page_judges_as_the_terminal_does(
    python: Page, tmp_path_factory: pytest.TempPathFactory, lesson: Lesson, path: Path
) -> None:
    """Each kept answer gets the same verdict, in the same words, in the page and in the terminal."""
    learner = compose(path, lesson.solution)
    terminal = [asdict(verdict) for verdict in graded(tmp_path_factory, grader(), lesson, path).verdicts]
    here = verdicts_here(python, lesson, learner, until=len(terminal))
    assert list(map(as_read, here)) == list(map(as_read, terminal))


MISHAPS = {
    "a syntax error": "def make_engine(:\n",
    "an empty file": "",
    "a name that is gone": "def make_engin(database_url):\n    pass\n",
    "an end at import": "import sys\nsys.exit(3)\n",
    "an end in a task": "import sys\n\ndef make_engine(database_url):\n    sys.exit('enough')\n",
    "a module that is not there": "import nowhere_to_be_found\n",
    "a question": "def make_engine(database_url):\n    return input('which? ')\n",
    "a flood": "def make_engine(database_url):\n    while True:\n        print('x' * 1000)\n",
    "a recursion": "def make_engine(database_url):\n    return make_engine(database_url)\n",
    "an interrupt": "def make_engine(database_url):\n    raise KeyboardInterrupt\n",
    "another signature": "def make_engine():\n    pass\n",
    "half a surrogate": "def make_engine(database_url):\n    print('\\ud800')\n    raise ValueError('\\ud800')\n",
    "nothing but nonsense": "42 is the answer to <b>everything</b>\n",
}


@pytest.mark.parametrize("learner", MISHAPS.values(), ids=MISHAPS)
def test_mishaps_are_told_as_in_the_terminal(python: Page, tmp_path: Path, learner: str) -> None:
    """What goes wrong before or beside the answer is told in the page in the terminal's words."""
    lesson = COURSE.lesson("why_pooling")
    (tmp_path / lesson.part).mkdir()
    (tmp_path / f"{lesson.stem}.py").write_text(learner, encoding="utf-8")
    terminal = [asdict(verdict) for verdict in grader().grade(lesson, tmp_path).verdicts]
    assert list(map(as_read, verdicts_here(python, lesson, learner))) == list(map(as_read, terminal))
