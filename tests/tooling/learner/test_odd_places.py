"""What may lie around an exercise: pipes and folders in its place, files that are named like packages, names that are none."""

import io
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from learner_run import run_exercises

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import load_course
from poolschool.grading.plain_file import kind_of_place, plain_bytes
from poolschool.learner.check import check
from poolschool.learner.hint import hint
from poolschool.learner.progress import digest
from poolschool.learner.reset import reset

STUB = "exercises/p1_why/l01_lamps.py"
HIDING = ("sqlalchemy", "fastapi", "random", "multiprocessing", "socket", "zipimport")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a course of two lessons, which commands find."""
    root = make_course(tmp_path)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(root))
    return root


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices have no names there")
def test_what_is_no_file_is_named_and_never_opened(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check`, `hint`, `reset` and the progress say of a pipe, folder, socket or device what it is, and do not wait for it."""
    stub = course / STUB
    stub.unlink()
    monkeypatch.chdir(stub.parent)  # the address of a socket has room for a hundred letters
    listener = socket.socket(socket.AF_UNIX)
    lie = {
        "a pipe, not a file": lambda: os.mkfifo(stub),
        "a folder, not a file": stub.mkdir,
        "a socket, not a file": lambda: listener.bind(stub.name),
        "a device, not a file": lambda: stub.symlink_to("/dev/zero"),
        "a link that leads to no file": lambda: stub.symlink_to("nowhere"),
    }
    for words, make in lie.items():
        make()
        out = io.StringIO()
        assert check("lamps", watch=False, out=out) == 1
        assert f"p1_why/l01_lamps.py is {words}" in out.getvalue()
        assert digest(load_course().lesson("lamps"))
        assert hint("lamps") == 0
        with pytest.raises(UserMistake, match=r"is a|history"):
            reset("lamps", yes=True)
        with pytest.raises(OSError, match="is a"):
            plain_bytes(stub)
        shutil.rmtree(stub) if stub.is_dir() else stub.unlink()
    listener.close()
    assert kind_of_place(stub) == "nothing"
    assert capsys.readouterr().err == ""


def test_a_name_that_no_file_can_have_is_no_lesson(course: Path) -> None:
    """A name of 300 letters, an empty one and one with NUL, a line break or half a pair are answered like any unknown name."""
    for name in ("a" * 300, "", " ", "le\0aks", "lamps\nchairs", "\udc80", "../" * 2000):
        for command in (lambda name=name: check(name, watch=False), lambda name=name: hint(name)):
            with pytest.raises(UserMistake, match="There is no lesson"):
                command()
    assert "There is no lesson 'aaa" in run_exercises(course, arguments=("exercises/" + "a" * 300,)).stderr


def test_files_named_like_packages_hide_nothing(course: Path) -> None:
    """A random.py or sqlalchemy.py in the course's folder or beside the answer does no harm to `check` and `pytest exercises`."""
    answer(course, SOLUTION.replace('"""Add."""', "import random\nimport wave\nimport own\n"))
    for name in (*HIDING, "wave"):
        for folder in (course, course / "exercises" / "p1_why"):
            (folder / f"{name}.py").write_text("raise RuntimeError('not the real one')\n", encoding="utf-8")
    (course / "exercises" / "p1_why" / "own.py").write_text("", encoding="utf-8")
    # The command's own sys.path holds the folder of the script, and not that in which it is called.
    program = "import sys; sys.path.remove(''); from poolschool.cli.app import main; main()"
    checked = subprocess.run(
        [sys.executable, "-c", program, "check", "lamps"], cwd=course, capture_output=True, text=True, encoding="utf-8",
        timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for name in ("multiprocessing", "socket", "random"):  # these `python -m pytest` itself would import from here
        (course / f"{name}.py").unlink()
    graded = run_exercises(course, "-k", "lamps")
    assert (graded.returncode, graded.stderr) == (0, ""), graded.stdout


def test_a_root_without_a_course_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POOLSCHOOL_ROOT that leads to no folder, a file or an empty course is said to hold no course."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for root in ("/nowhere", str(tmp_path), str(tmp_path / "file"), "\udc80"):
        monkeypatch.setenv("POOLSCHOOL_ROOT", root)
        with pytest.raises(UserMistake, match=r"POOLSCHOOL_ROOT is .*, which holds no course"):
            check("lamps", watch=False)
    (tmp_path / "docs").mkdir()
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(tmp_path))
    with pytest.raises(UserMistake, match=r"and no other in .*\. Go to the folder of the course"):
        hint("lamps")


def test_several_lessons_are_graded_at_once(course: Path) -> None:
    """`check` takes several names, and grades each lesson once."""
    out = io.StringIO()
    assert check(["chairs", "lamps", "l02"], watch=False, out=out) == 1
    assert [out.getvalue().count(f"({topic})") for topic in ("chairs", "lamps")] == [1, 1]
    assert course.is_dir()


def test_an_option_that_is_empty_is_a_mistake(course: Path) -> None:
    """`--submission ""` and `--results ""` are refused; results in a folder that was not there are said to be there."""
    assert "--submission is empty" in run_exercises(course, "--submission", "").stderr
    assert "--results is empty" in run_exercises(course, "--results", " ").stderr
    done = run_exercises(course, "-k", "lamps", "--results", "new/a.json")
    assert "The results are in new/a.json." in done.stdout
    assert (course / "new" / "a.json").is_file()
