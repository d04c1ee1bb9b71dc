"""The command line: names that lessons rely on, and words instead of tracebacks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def poolschool(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-c", "from poolschool.cli.app import main; main()", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=None,
    )


def test_help_lists_the_commands_by_who_they_are_for() -> None:
    """`poolschool --help` names every command under Learn, Teach or Maintain."""
    shown = poolschool("--help").stdout
    learn, teach, maintain = (shown.index(f" {panel} ") for panel in ("Learn", "Teach", "Maintain"))
    assert learn < teach < maintain
    for word in ("export", "assign", "collect", "grade"):
        assert teach < shown.index(f" {word} ", teach) < maintain
    for word in ("serve", "check", "hint", "reset", "quiz", "bench", "db", "doctor", "lint"):
        assert word in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("hint", "leeks"), "Did you mean: leaks"),
        (("quiz", "why_poling"), "Did you mean: why_pooling"),
        (("reset", "nothing_like_it", "--yes"), "There is no lesson 'nothing_like_it'"),
        (("bench", "--users", "many"), "Invalid value for '--users'"),
        (("bench", "--users", "0"), "Invalid value for '--users'"),
        (("serve", "--port", "99999999"), "Invalid value for '--port'"),
    ],
)
def test_a_mistake_is_answered_in_words(words: tuple[str, ...], says: str) -> None:
    """A wrong word exits with 2, says what is wrong and shows no traceback."""
    done = poolschool(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_the_course_it_finds_the_installed_copy(tmp_path: Path) -> None:
    """From another folder the commands work on the copy that they were installed from."""
    done = poolschool("hint", "leeks", folder=tmp_path)
    assert "Did you mean: leaks" in done.stderr
