"""Where to go on after a grading, and what a lesson may be called."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course

from poolschool.course.lessons import load_course
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.learner.check import check
from poolschool.learner.progress import Progress


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a fake course."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return make_course(tmp_path)


@pytest.mark.parametrize(
    ("passed", "graded", "then"),
    [
        ({"lamps": 0, "chairs": 1}, ["chairs"], "chairs"),  # the graded one has an open task
        ({"lamps": 0, "chairs": 0}, ["lamps", "chairs"], "lamps"),
        ({"lamps": 2, "chairs": 0}, ["lamps"], "chairs"),  # what comes after it
        ({"lamps": 0, "chairs": 2}, ["chairs"], "lamps"),  # nothing comes after it: the first open one
        ({"lamps": 0, "chairs": 0}, [], "lamps"),
        ({"lamps": 2, "chairs": 2}, ["lamps"], None),
    ],
)
def test_one_goes_on_with_what_was_graded(
    course: Path, passed: dict[str, int], graded: list[str], then: str | None
) -> None:
    """The graded lesson while it is open, then what comes after it, then the first open one."""
    loaded = load_course(course)
    progress = Progress(course)
    for topic, count in passed.items():
        verdicts = tuple(Verdict(task, "A task", "passed" if task <= count else "failed") for task in (1, 2))
        progress.note(loaded.lesson(topic), LessonResult(topic, topic, topic, verdicts))
    found = progress.next_lesson(loaded, [loaded.lesson(topic) for topic in graded])
    assert (found.topic if found else None) == then


@pytest.mark.parametrize(
    "name", ["chairs", "CHAIRS", "2", "l02", "exercises/p1_why/l02_chairs.py", "p1_why\\l02_chairs_test.py"]
)
def test_check_takes_any_name_of_a_lesson(course: Path, name: str) -> None:
    """`poolschool check` takes a topic in any case, a number or a path, and recommends the lesson that it graded."""
    out = io.StringIO()
    assert check(name, watch=False, out=out) == 1
    assert "(lamps)" not in out.getvalue()
    assert out.getvalue().splitlines()[-1].startswith("Next    poolschool hint chairs")


def test_check_takes_a_folder(course: Path) -> None:
    """A part's folder means its lessons."""
    for topic in ("lamps", "chairs"):
        answer(course, SOLUTION, topic)
    out = io.StringIO()
    assert check("exercises/p1_why/", watch=False, out=out) == 0
    assert "(lamps)" in out.getvalue()
    assert "(chairs)" in out.getvalue()


def test_a_checker_run_as_a_program_names_the_command(course: Path) -> None:
    """`python CHECKER` exits with 2 and says how to grade."""
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    done = subprocess.run([sys.executable, checker], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "A checker is no program. Grade this lesson with: pytest exercises -k lamps\n"


@pytest.mark.parametrize(
    ("graded", "line"),
    [
        ("lamps", "Lab     poolschool lab light   Light, measured"),
        (None, "Labs    poolschool lab   lists measurements"),
    ],
)
def test_the_last_line_knows_the_labs(course: Path, graded: str | None, line: str) -> None:
    """After one lesson its lab is named, after several the list; a course without labs has no such line."""
    matter = {
        "title": "Light, measured",
        "description": "Light.",
        "question": "How?",
        "minutes": 5,
        "lessons": ["lamps"],
    }
    notebook = course / "docs/labs/lab1_light.ipynb"
    notebook.parent.mkdir()
    notebook.write_text(json.dumps({"cells": [], "metadata": {"poolschool": matter}}), encoding="utf-8")
    out = io.StringIO()
    check(graded, watch=False, out=out)
    assert out.getvalue().splitlines()[-1].startswith(line)
    notebook.write_text("no notebook", encoding="utf-8")
    out = io.StringIO()
    check(graded, watch=False, out=out)
    assert out.getvalue().splitlines()[-1].startswith("Next")
