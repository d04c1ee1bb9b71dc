"""The registry of beliefs is read whole, or its faults are."""

from pathlib import Path

import pytest

from poolschool.course.beliefs import load_beliefs
from poolschool.course.faults import CourseFault

SAMPLE = Path(__file__).parents[1] / "sample_course"


def test_a_belief_has_its_truth_and_its_place() -> None:
    """A header is the id; the table gives belief, truth, lesson and anchor."""
    found = load_beliefs(SAMPLE)["shop_sells"]
    assert (found.id, found.belief, found.lesson, found.anchor) == (
        "shop_sells",
        "What is lent is gone.",
        "lamps",
        "borrowing",
    )


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """A misspelt key, a missing one, a bad id and a stray value are told in one go, with their lines."""
    (tmp_path / "quizzes").mkdir()
    text = """\
stray = 1
[lost]
belief = "b"
truht = "t"
lesson = "lamps"
anchor = "a"
["Not A Name"]
belief = "b"
truth = "t"
lesson = "lamps"
anchor = ""
"""
    (tmp_path / "quizzes" / "beliefs.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseFault) as caught:
        load_beliefs(tmp_path)
    file, stray = "quizzes/beliefs.toml", "`stray` is not a table of belief, truth, lesson and anchor."
    assert str(caught.value).splitlines() == [
        f"{file}:1: {stray} Write it below a header: the name in brackets is the id.",
        f"{file}:2: `truth` is missing. Add it.",
        f"{file}:4: The key `truht` is unknown. Did you mean `truth`?",
        f"{file}:7: `id` is not a name. Use small letters, digits and _ only.",
        f"{file}:11: `anchor` is empty. Write something, or remove the key if it may be left out.",
    ]


def test_a_missing_registry_is_a_fault(tmp_path: Path) -> None:
    """Without the file there is a sentence, not a traceback."""
    with pytest.raises(CourseFault, match=r"beliefs\.toml: The file does not exist\. Write it, or correct the name\."):
        load_beliefs(tmp_path)
