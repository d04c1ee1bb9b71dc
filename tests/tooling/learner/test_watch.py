"""`poolschool check --watch`: every save is graded, whatever the editor does to the file."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_course import SOLUTION, STUB, answer, make_course
from learner_run import run_poolschool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal here")


class Watching:
    """A running `poolschool check --watch` and what it has said."""

    def __init__(self, root: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from poolschool.cli.app import main; main()", "check", *words, "--watch"],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        with self.process.stdout as out:  # type: ignore[union-attr]
            for line in out:
                self.lines.put(line)

    def until(self, words: str) -> str:
        """Wait for a line with these words; give everything said up to it."""
        said = ""
        while words not in said:
            said += self.lines.get(timeout=30)
        return said

    def leave(self) -> int:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fresh fake course."""
    return make_course(tmp_path)


@pytest.fixture
def watching(course: Path) -> Iterator[Watching]:
    """Watch one lesson of it."""
    running = Watching(course, "lamps")
    running.until("Watching exercises/p1_why")
    yield running
    running.process.kill()
    running.process.wait(10)


def test_a_save_is_graded(course: Path, watching: Watching) -> None:
    """Saving a right answer turns the lesson green; Ctrl-C then leaves with exit code 0 and no traceback."""
    answer(course, SOLUTION)
    assert "✓ 2  Add more" in watching.until("Course")
    assert watching.leave() == 0


def test_an_open_lesson_leaves_with_one(course: Path, watching: Watching) -> None:
    """Ctrl-C leaves with exit code 1 while something is open."""
    answer(course, STUB + "\n# thinking\n")
    assert "✗ 1  Add" in watching.until("Course")
    assert watching.leave() == 1


def test_a_deleted_a_broken_and_a_replaced_file(course: Path, watching: Watching) -> None:
    """A file that vanishes, is half saved, or is put in place by a rename is graded each time, and the watch goes on."""
    stub = course / "exercises/p1_why/l01_lamps.py"
    stub.unlink()
    assert "there is no file p1_why/l01_lamps.py" in watching.until("Course")
    stub.write_text("def add(a,", encoding="utf-8")
    assert "a syntax error" in watching.until("Course")
    (stub.parent / ".swap").write_text(SOLUTION, encoding="utf-8")
    (stub.parent / ".swap").replace(stub)
    assert "✓ 1  Add" in watching.until("Course")


def test_without_watching_it_grades_once(course: Path) -> None:
    """`poolschool check` says what `pytest exercises` says, and exits with 1 while something is open."""
    done = run_poolschool(course, "check", PYTHONIOENCODING="utf-8", COLUMNS="100")
    assert done.returncode == 1
    assert "0 of 4 tasks, 0 of 2 lessons" in done.stdout
    assert done.stdout.count("You called") == 1
