"""The zip for Gradescope: what is in it, and which wishes are refused."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradescope_service import hand_in, service

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root, load_course
from poolschool.teaching.autograder.gradescope_export import export_gradescope

REAL = find_root(Path(__file__))
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the service's scripts are for Linux")


def test_the_zip_is_what_the_service_wants(export: Callable[..., Path]) -> None:
    """Both scripts lie in the zip's root and may be executed; nothing else may."""
    with zipfile.ZipFile(export()) as archive:
        rights = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()}
    assert {name for name, mode in rights.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
    assert "requirements.txt" in rights


def test_the_same_course_gives_the_same_bytes(export: Callable[..., Path]) -> None:
    """Two exports do not differ in a single byte."""
    assert export("lamps").read_bytes() == export("lamps").read_bytes()


def test_no_solution_and_no_other_lesson_is_shipped(export: Callable[..., Path]) -> None:
    """A zip holds the checkers that were asked for, and no worked solution, no quiz and no proof."""
    with zipfile.ZipFile(export("lamps")) as archive:
        names = archive.namelist()
    assert "course/exercises/p1_why/l01_lamps_test.py" in names
    assert not [name for name in names if "chairs" in name or name.startswith("course/solutions")]
    assert [name for name in names if name.startswith("course/quizzes")] == ["course/quizzes/beliefs.toml"]


def test_the_shipped_source_is_what_runs(root: Path) -> None:
    """The scripts of these tests run the source in the zip, which holds the rooms that grading stands on."""
    shipped = root / "source" / "course" / "src" / "poolschool"
    rooms = {"", "schedules", "course", "grading", "confined", "database", "teaching", "teaching/autograder"}
    assert {path.parent.relative_to(shipped).as_posix().removeprefix(".") for path in shipped.rglob("*.py")} == rooms
    command = [sys.executable, "-P", "-c", "import poolschool; print(poolschool.__file__)"]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(shipped.parent)}, capture_output=True, text=True, check=True, cwd=root
    )
    assert Path(done.stdout.strip()).parent == shipped


@pytest.mark.timeout(180)
def test_worked_solutions_of_real_lessons_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The course's own solutions get every point, also where a lesson needs PostgreSQL, which the autograder starts itself."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(REAL))
    topics = ("why_pooling", "cost_of_connecting")
    export_gradescope(topics, tmp_path / "real.zip")
    folder = service(tmp_path / "real.zip")
    try:
        lessons = [load_course(REAL).lesson(topic) for topic in topics]
        results = hand_in(
            folder, {f"{lesson.module}.py": lesson.solution.read_text(encoding="utf-8") for lesson in lessons}
        )
    finally:
        shutil.rmtree(folder)
    assert [test["output"] for test in results["tests"] if test["status"] != "passed"] == []
    assert sum(test["score"] for test in results["tests"]) == sum(test["max_score"] for test in results["tests"]) > 5


@pytest.mark.parametrize(
    ("topics", "options", "says"),
    [
        (("lampes",), {}, "There is no lesson 'lampes'. Did you mean: lamps"),
        (("lamps",), {"points": {"lamps": 0}}, "0 points for each task of lamps cannot be given."),
    ],
)
def test_a_wrong_wish_is_told(topics: tuple[str, ...], options: Any, says: str, export: Callable[..., Path]) -> None:
    """An unknown topic and impossible points are refused in words."""
    with pytest.raises(UserMistake, match=says):
        export(*topics, **options)


def test_a_lesson_without_an_exercise_is_refused(fake: Path, export: Callable[..., Path]) -> None:
    """A lesson that has no exercise cannot be exported, and is named."""
    page = fake / "docs/p1_why/l02_chairs.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("{reading: 10, exercise: 5}", "{reading: 10}\nexercise: false"), encoding="utf-8")
    try:
        with pytest.raises(UserMistake, match="chairs has no exercise"):
            export("chairs")
    finally:
        page.write_text(text, encoding="utf-8")
