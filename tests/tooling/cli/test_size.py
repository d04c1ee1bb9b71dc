"""`poolschool size`: what is typed is read by the page's own reader, and what makes no sense is named as it was typed."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from poolschool.cli.app import app
from poolschool.course.faults import UserMistake
from poolschool.measure.size import DEFAULTS, SAME, typed

RUNNER = CliRunner()


def answer(*words: str) -> dict[str, Any]:
    """Ask for JSON."""
    return json.loads(RUNNER.invoke(app, ("size", *words, "--json")).stdout)


def mistake(*words: str) -> str:
    """Ask for what makes no sense; give what is said of it."""
    done = RUNNER.invoke(app, ("size", *words))
    assert isinstance(done.exception, UserMistake), done.output
    return str(done.exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rate", "many", "--hold", "20"), "--rate is not a number."),
        (("--rate", "nan", "--hold", "inf"), "--rate is not a number.\n--hold is not a number."),
        (("--rate", "200", "--hold", "0"), "--hold must be from 0.001 to 3600000 ms."),
        (("--rate", "200", "--hold", "20", "--processes", "1" + "0" * 400), "--processes must be from 1 to 10000."),
        (("--rate", "200", "--hold", "20", "--max-connections", "0"), "--max-connections must be from 1 to 1000000."),
        (("--hold", "20"), "--rate is missing: a number belongs here."),
        ((), "--rate is missing: a number belongs here.\n--hold is missing: a number belongs here."),
        (("--check", "--rate", "200"), "--hold is missing: a number belongs here."),
        (("--check", "pool_size=big"), "pool_size is not a number."),
        (
            ("--check", "pool_size=-1", "workers=0"),
            "workers must be from 1 to 10000.\npool_size must be from 0 to 10000.",
        ),
        (("--check", "pool_sise=5"), "'pool_sise' cannot be checked. Did you mean: pool_size"),
        (("--check", "x=5"), "'x' cannot be checked. There are: rate, hold,"),
        (("--check", "20"), "'20' is not a setting. Write it as name=number, such as pool_size=20."),
        (("--check", "workers=2", "processes=3"), "'processes' is given twice."),
        (("--check", "hosts=2", "--hosts", "3"), "'hosts' is given twice."),
    ],
)
def test_nonsense_is_named_as_it_was_typed(words: tuple[str, ...], says: str) -> None:
    """Each fault names its option or its pair, with the limits in its unit."""
    assert mistake(*words).startswith(says)


def test_the_command_has_an_option_for_each_field_that_is_no_setting() -> None:
    """Names and defaults are those with which the calculator is asked; settings are pairs."""
    options = {option.name: option.default for option in get_command(app).commands["size"].params}  # type: ignore[attr-defined]
    fields = {
        name: value for name, value in DEFAULTS.items() if name not in ("pool_size", "max_overflow", "pool_timeout")
    }
    assert {name: options[name] or "" for name in fields} == fields
    assert set(SAME.values()) <= set(DEFAULTS)


def test_without_settings_sqlalchemys_own_are_checked() -> None:
    """--check alone is 5/10/30, one setting alone leaves the others at their defaults, and a pair may stand for an option."""
    assert answer("--check")["check"]["settings"] == "pool_size=5, max_overflow=10, pool_timeout=30"
    assert answer("max_overflow=0")["check"]["settings"] == "pool_size=5, max_overflow=0, pool_timeout=30"
    assert answer("--check", "rate=200", "hold=20") == answer("--check", "--rate", "200", "--hold", "20")
    assert typed({"rate": "200", "hosts": "1"}, ["workers=8"], checks=False) == {"rate": "200", "processes": "8"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--rate", "200", "--hold", "20"), 0),
        (("--rate", "6000", "--hold", "20"), 1),
        (("--check", "pool_size=5", "max_overflow=0"), 0),
        (("--check", "pool_size=20", "max_overflow=10", "workers=8"), 1),
    ],
)
def test_the_exit_code_says_whether_it_holds(words: tuple[str, ...], code: int) -> None:
    """0 if the load can be served, or the settings hold; 1 if not."""
    assert RUNNER.invoke(app, ("size", *words)).exit_code == code


def test_a_check_is_told_the_gravest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict stands above, then what is wrong, then what to know, each with its lesson."""
    monkeypatch.setenv("COLUMNS", "400")
    said = RUNNER.invoke(app, ("size", "--check", "pool_size=20", "max_overflow=10", "workers=8")).stdout
    places = [
        said.index(what)
        for what in (
            "These settings do not hold.",
            "✗ 8 processes",
            "(Lesson: forks_and_workers.)",
            "• The cliff is at",
        )
    ]
    assert places == sorted(places)


def test_a_hold_of_seconds_is_told_to_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """90 s are not sized for: release first, and no line with all connections of the database."""
    monkeypatch.setenv("COLUMNS", "400")
    said = RUNNER.invoke(app, ("size", "--rate", "1", "--hold", "90000")).stdout
    assert said.index("Release it first") < said.index("create_engine(url, pool_size=1,")
    assert said.count("create_engine(") == 1
    assert "by hand" not in said


def test_lessons_are_named_that_there_are() -> None:
    """Every lesson that a finding sends to exists."""
    root = Path(__file__).parents[3] / "docs"
    found = {
        part.partition('"')[0]
        for script in (root / "assets/sizing").glob("*.js")
        for part in script.read_text(encoding="utf-8").split('"')
        if part.startswith("p") and "/l" in part
    }
    assert len(found) >= 6
    assert [name for name in found if not (root / f"{name}.md").exists()] == []
