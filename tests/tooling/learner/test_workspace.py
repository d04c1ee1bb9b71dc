"""Hints come one by one, and a stub can be had back without losing anything."""

import subprocess
from pathlib import Path

import pytest
from fake_course import SOLUTION, STUB, answer, make_course
from learner_run import run_poolschool

from poolschool.learner.hint import hint


def git(root: Path, *words: str) -> None:
    """Run git as some author."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.invalid"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fake course with a history."""
    make_course(tmp_path)
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "The course as issued")
    return tmp_path


def test_hints_go_from_a_nudge_to_the_way(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each time one asks for the same task, one more line is said; the last names the worked solution."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(course))
    said = []
    for _ in range(6):
        hint("lamps")
        said.append(capsys.readouterr().out)
    assert "Plus is a sign." in said[0]
    assert "Plus, not minus." not in said[0]
    assert "Plus, not minus." in said[1]
    assert "add(2, 3) is 5." in said[2]
    assert "solutions/p1_why/l01_lamps.py" in said[-1]


def test_without_a_topic_the_first_open_lesson_is_meant(course: Path) -> None:
    """`poolschool hint` goes to the first lesson with an open task, and says so when there is none."""
    answer(course, SOLUTION)
    run_poolschool(course, "check")
    assert run_poolschool(course, "hint").stdout.startswith("chairs, task 1")
    answer(course, SOLUTION, "chairs")
    run_poolschool(course, "check")
    assert run_poolschool(course, "hint").stdout == "Every task is solved. Nothing to hint at.\n"


def test_reset_brings_the_stub_back_and_keeps_the_answer(course: Path) -> None:
    """The learner's file is kept under .poolschool/backups, also when it was committed over the stub."""
    mine = answer(course, SOLUTION)
    git(course, "commit", "-am", "My answer")
    done = run_poolschool(course, "reset", "lamps", "--yes")
    assert done.returncode == 0
    assert mine.read_text(encoding="utf-8") == STUB
    (kept,) = (course / ".poolschool/backups").glob("lamps-*.py")
    assert kept.read_text(encoding="utf-8") == SOLUTION


def test_reset_brings_a_deleted_stub_back(course: Path) -> None:
    """A stub that was deleted is there again."""
    stub = course / "exercises/p1_why/l01_lamps.py"
    stub.unlink()
    assert run_poolschool(course, "reset", "lamps").returncode == 0
    assert stub.read_text(encoding="utf-8") == STUB


def test_reset_asks_first(course: Path) -> None:
    """With nobody to ask and no --yes, nothing is touched."""
    mine = answer(course, SOLUTION)
    done = run_poolschool(course, "reset", "lamps")
    assert (done.returncode, mine.read_text(encoding="utf-8")) == (2, SOLUTION)
    assert "Say --yes" in done.stderr


def test_reset_without_a_history_says_what_is_missing(tmp_path: Path) -> None:
    """A copy without git's history cannot give the stub back, and says why."""
    make_course(tmp_path)
    answer(tmp_path, SOLUTION)
    done = run_poolschool(tmp_path, "reset", "lamps", "--yes")
    assert done.returncode == 2
    assert "history" in done.stderr
    assert "Traceback" not in done.stderr
