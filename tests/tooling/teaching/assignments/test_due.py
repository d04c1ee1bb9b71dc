"""When an assignment is due, and what is said of values that cannot be: in the words and with the options of who gave them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from poolschool.cli.app import app
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assign import assign
from poolschool.teaching.assignments.assignment import Assignment, read_assignment
from poolschool.teaching.assignments.handed_in import BadResult, read_result

ROOT = Path(__file__).parents[4]
NOTHING = dict.fromkeys(("title", "id", "feedback", "variants", "order")) | {"seed": 1}


@pytest.fixture(scope="module")
def bank() -> Bank:
    """Give the course's questions."""
    return Bank(load_course(ROOT))


def planned(bank: Bank, folder: Path, due: str) -> Assignment:
    """Assign one question; give what stands in the file."""
    assert assign(("why_pooling.purpose",), NOTHING, due, 1.0, "", None, folder) == 0
    return read_assignment(folder / "assignment.toml", bank)


def test_a_date_is_the_end_of_its_day(bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--due with a date alone means 23:59 of the machine's zone, printed with its offset; one point is one point."""
    due = planned(bank, tmp_path / "a", "2199-12-01").due
    assert due == datetime(2199, 12, 1, 23, 59).astimezone()
    said = capsys.readouterr().out
    assert "due 2199-12-01 23:59 " in said
    assert "1 question, 1 point, " in said
    assert "look at" not in said


def test_a_date_in_the_file_is_the_end_of_its_day_everywhere(bank: Bank, tmp_path: Path) -> None:
    """`due = 2026-12-01` in the file means 23:59 UTC, whatever the zone of who reads it."""
    planned(bank, tmp_path, "2026-12-01T10:00+01:00")
    path = tmp_path / "assignment.toml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("due")]
    at = next(number for number, line in enumerate(lines) if line.startswith("feedback"))
    path.write_text("\n".join([*lines[:at], "due = 2026-12-01", *lines[at:]]), encoding="utf-8")
    assert read_assignment(path, bank).due == datetime(2026, 12, 1, 23, 59, tzinfo=UTC)


def test_a_date_that_is_past_is_remarked_on(bank: Bank, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An assignment that was due before it is made is made, and said to be late."""
    planned(bank, tmp_path, "2001-02-03T04:05+00:00")
    assert "look at it was due 2001-02-03 04:05 +0000, which is past" in capsys.readouterr().out


@pytest.mark.parametrize("name", [".", "..", "exercises/l09.py", "l09_leaks.py", "a\\b", "x/assignment.toml"])
def test_a_path_is_no_name(name: str) -> None:
    """A path among names is called what it is, in the words in which it was given."""
    with pytest.raises(UserMistake) as caught:
        assign((name, "leaks"), NOTHING, "", 1.0, "", None, None)
    assert f"{name!r} is a path" in str(caught.value)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"id": "Week 3!"}, "--id: it may hold small letters, digits, - and _"),
        ({"id": "a" * 61}, "--id: it is longer than 60 characters."),
        ({"title": "T" * 201}, "--title: it is longer than 200 characters."),
        ({"title": "a\nb"}, "--title: it holds a line break or a control character."),
        ({"seed": -1}, "--seed: it must be 0 or more."),
        ({"feedback": "after_due"}, "--feedback: Feedback waits for a due date that is not there."),
    ],
)
def test_values_are_refused_by_their_option(tmp_path: Path, wish: dict[str, object], says: str) -> None:
    """What a field may not hold is said by the option's name, in words of our own."""
    with pytest.raises(UserMistake) as caught:
        assign(("leaks",), NOTHING | wish, "", 1.0, "", None, tmp_path / "out")
    assert says in str(caught.value)


def test_an_empty_due_date_is_a_mistake() -> None:
    """--due "" is refused, and not taken for no date."""
    for value in ("", " "):
        done = CliRunner().invoke(app, ["assign", "leaks", "--due", value])
        assert (done.exit_code, "it is empty" in done.output) == (2, True), done.output


PAPER = '{"assignment": "a", "digest": "d", "student": "s", "handed_in": "", "answers": [{"question": "q", "version": null, "hash": "h", "answer": ANSWER}]}'


@pytest.mark.parametrize(
    ("paper", "says"),
    [
        (PAPER.replace("ANSWER", "1e30"), "`answers[0].answer` is not as the page writes it: it is of another kind."),
        (PAPER.replace("ANSWER", "{}"), "`answers[0].answer` is not as the page writes it: it is of another kind."),
        (PAPER.replace('"h"', "7"), "`answers[0].hash` is not as the page writes it: it is not a text."),
        (PAPER.replace('"digest": "d", ', ""), "`digest` is not as the page writes it: it is missing."),
        (PAPER.replace('"s"', '"' + "s" * 301 + '"'), "`student` is not as the page writes it: it is longer than 300 characters."),
        ("null", "`paper` is not as the page writes it: it is not a table of values."),
    ],
)  # fmt: skip
def test_a_wrong_field_of_a_result_is_named_as_it_is_written(paper: str, says: str) -> None:
    """A result file that the page did not write is refused by its own field, without words of the library."""
    with pytest.raises(BadResult) as caught:
        read_result(
            f'{{"schema": "poolschool/handed_in/v1", "check": "", "paper": {paper.replace("ANSWER", "1")}}}'.encode()
        )
    assert str(caught.value) == says
