"""An answer is marked the same everywhere; the page's script runs the same cases in tests/browser/quiz/test_as_elsewhere.py."""

import json
from pathlib import Path
from typing import Any

import pytest

from poolschool.quiz.marking import Marking, Remark, mark
from poolschool.quiz.reader import load_quiz
from poolschool.quiz.shuffle import out_of_order, permutation

HERE = Path(__file__).parents[1]
CASES = json.loads((HERE / "marking_cases.json").read_text(encoding="utf-8"))
QUESTIONS = {
    question.id: question
    for question in load_quiz(HERE / "sample_course/quizzes/p1_why/l01_lamps.toml", "lamps").questions
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['question']}-{json.dumps(case['answer'])}")
def test_an_answer_is_marked(case: dict[str, Any]) -> None:
    """Each case of the table gets its verdict and its remarks; what cannot be read does not count as an attempt."""
    marking = mark(QUESTIONS[case["question"]], case["answer"])
    if "unread" in case:
        assert marking == Marking(False, (Remark("note", None, case["unread"]),), counted=False)
    else:
        assert marking == Marking(case["right"], tuple(Remark(*remark) for remark in case["remarks"]))


def test_every_type_is_in_the_table() -> None:
    """For each type there is an answer that is right, one that is wrong and one that cannot be read."""
    seen = {
        (QUESTIONS[case["question"]].type, "unread" if "unread" in case else case["right"])
        for case in CASES
    }  # fmt: skip
    types = {question.type for question in QUESTIONS.values()}
    assert len(types) == 5
    assert seen == {(kind, outcome) for kind in types for outcome in (True, False, "unread")}


def test_a_shuffle_keeps_to_its_seed() -> None:
    """Seed and uid give one order for ever; another seed or question gives another one."""
    assert permutation(6, 0, "lamps.lent") == [3, 0, 4, 1, 5, 2]
    assert len({tuple(permutation(6, seed, "lamps.lent")) for seed in range(100)}) > 80
    assert permutation(6, 0, "lamps.waits") != permutation(6, 0, "lamps.lent")


def test_a_shuffle_is_fair() -> None:
    """Over many seeds each option comes first about equally often."""
    first = [permutation(4, seed, "lamps.lent")[0] for seed in range(4000)]
    assert all(900 < first.count(part) < 1100 for part in range(4))


def test_steps_are_never_shown_in_the_right_order() -> None:
    """Whatever the seed, an order question has to be answered."""
    assert all(out_of_order(3, seed, "lamps.one_loan") != [0, 1, 2] for seed in range(200))
