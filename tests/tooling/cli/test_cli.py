"""The command line: names that lessons rely on, and words instead of tracebacks."""

import subprocess
from pathlib import Path

import pytest
from learner_run import run_poolschool
from typer import BadParameter
from typer.testing import CliRunner

from poolschool.cli.app import app
from poolschool.cli.options import http_address
from poolschool.course.faults import UserMistake
from poolschool.measure.size import size

ROOT = Path(__file__).parents[3]


def poolschool(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return run_poolschool(folder, *words)


def test_help_lists_the_commands_by_who_they_are_for() -> None:
    """`poolschool --help` names every command under Learn, Teach or Maintain."""
    shown = poolschool("--help").stdout
    learn, teach, maintain = (shown.index(f" {panel} ") for panel in ("Learn", "Teach", "Maintain"))
    assert learn < teach < maintain
    for word in ("export", "assign", "collect", "grade"):
        assert teach < shown.index(f" {word} ", teach) < maintain
    for word in ("serve", "check", "hint", "reset", "quiz", "bench", "inspect", "db", "doctor", "lint"):
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


def test_a_terminal_of_few_signs_gets_the_rest_escaped() -> None:
    """Where the terminal's encoding lacks a sign, it is escaped and the command goes on."""
    done = run_poolschool(ROOT, "size", "--rate", "100", "--hold", "20", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\u2264" in done.stdout


def test_outside_the_course_it_finds_the_installed_copy(tmp_path: Path) -> None:
    """From another folder the commands work on the copy that they were installed from."""
    done = poolschool("hint", "leeks", folder=tmp_path)
    assert "Did you mean: leaks" in done.stderr


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_refused_by_every_command(value: str) -> None:
    """NaN and infinity are answered in words wherever a number with a fraction is asked for."""
    runner = CliRunner()
    for words in (
        ("bench", f"--seconds={value}"),
        ("compare", f"--seconds={value}"),
        ("export", "key", f"--points={value}"),
        ("assign", "leaks", f"--points={value}"),
    ):
        done = runner.invoke(app, words)
        assert (done.exit_code, "Invalid value" in done.output) == (2, True), done.output
    for option in ("rate", "hold", "spread", "wait"):
        wish = {"rate": 200.0, "hold": 20.0, "spread": 1, "processes": 1, "hosts": 1, "cores": 0}
        wish |= {"max_connections": 100, "reserved": 3, "wait": 50, option: float(value)}
        with pytest.raises(UserMistake, match=f"--{option} must be a finite number"):
            size(wish, as_json=False)


def test_limits_are_said_in_the_unit_of_the_option() -> None:
    """A hold of 0 ms is answered with limits in ms, and a number too large for the machine in words."""
    wish = {"rate": 200.0, "hold": 0.0, "spread": 1, "processes": 1, "hosts": 1, "cores": 0}
    wish |= {"max_connections": 100, "reserved": 3, "wait": 50}
    with pytest.raises(UserMistake, match=r"--hold must be from [\d.]+ to 3600000 ms\."):
        size(wish, as_json=False)
    with pytest.raises(UserMistake, match="--processes must be a finite number"):
        size(wish | {"processes": 10**400}, as_json=False)


def test_the_address_of_a_site_is_one() -> None:
    """--site takes http and https with a host, and refuses what is no address or would run as a script."""
    for address in ("https://you.example/pool-school", "http://127.0.0.1:8000", "https://müller.example/"):
        assert http_address(address) == address
    for address in (
        *("javascript:alert(1)", "you.example", "https://", "https:///x", "ftp://you.example", "//you.example"),
        *("https://you.example/a b", "https://you.example/\n", 'https://you.example/"onx', "http://[", "http://a:b/"),
        *("https://you.example/?q", "https://you.example/#x", " "),
    ):
        with pytest.raises(BadParameter, match="not the address of a site"):
            http_address(address)
