"""GIFT read back by a parser that is not ours."""

import re
from pathlib import Path
from typing import Any

import pytest
from export_papers import PAPERS, asked, exported, holds, holds_reason, holds_solution, holds_stem, squeezed

from poolschool.measure.javascript import Module
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import plain
from poolschool.teaching.exports.output_line import right_lines

EACH_PAPER = pytest.mark.parametrize("name", PAPERS)


@EACH_PAPER
def test_gift_loses_nothing(name: str) -> None:
    """gift-pegjs reads every question back: id, tags, stem, options with shares and feedback, numbers, steps."""
    paper = PAPERS[name]
    text = exported(name, "gift").files["questions.gift.txt"].decode()
    with Module(Path(__file__).with_name("gift.mjs")) as module:
        parsed = [question for question in module.call("parse", text) if question["type"] != "Category"]
    # A short answer with an arrow in it has no spelling in GIFT: it is left out, and named.
    left_out = {
        question.name for _, question in asked(paper) if isinstance(question, Output) and "->" in question.prints
    }
    assert all(any(it in loss and "left out" in loss for loss in exported(name, "gift").losses) for it in left_out)
    expected = [(item, question) for item, question in asked(paper) if question.name not in left_out]
    assert [question["id"] for question in parsed] == [question.uid for _, question in expected]
    for found, (item, question) in zip(parsed, expected, strict=True):
        assert found["title"] == question.uid
        assert {question.type, item.lesson.topic, item.lesson.part} <= set(found["tags"])
        assert found["stem"]["format"] == "html"
        holds_stem(found["stem"]["text"], question)
        holds_solution(found["globalFeedback"]["text"], question)
        gift_answers(found, question, paper.seed)


def unescaped(text: str) -> str:
    """Put back what gift-pegjs 1.0.2 leaves of an escaped sign in a match: `&&058;` for a colon."""
    return re.sub(r"&&(\d+);", lambda found: chr(int(found[1])), text)


def gift_answers(found: dict[str, Any], question: Question, seed: int) -> None:
    """Hold the answers of one question to the source."""
    choices = found.get("choices", [])
    match question:
        case Choice() | ChooseAll():
            assert found["type"] == "MC"
            for choice, part in zip(choices, arrange(question, seed), strict=True):
                option = question.options[part]
                holds(choice["text"]["text"], option.text)
                holds_reason(choice["feedback"]["text"], option.why, option.belief)
                assert (choice["isCorrect"] or (choice["weight"] or 0) > 0) == option.right
        case Number():
            assert found["type"] == "Numerical"
            assert [choice["text"]["number"] for choice in choices] == [
                question.value,
                *(it.value for it in question.wrong),
            ]
            assert choices[0]["text"]["range"] == question.tolerance
            assert [choice["weight"] for choice in choices] == [100, *(0 for _ in question.wrong)]
            for choice, wrong in zip(choices[1:], question.wrong, strict=True):
                holds_reason(choice["feedback"]["text"], wrong.why, wrong.belief)
        case Output():
            assert found["type"] == "Short"
            lines = right_lines(question)
            right, wrong_ones = choices[: len(lines)], choices[len(lines) :]
            assert [choice["text"]["text"].replace("\\*", "*").strip() for choice in right] == [
                it.strip() for it in lines
            ]
            assert {choice["weight"] for choice in right} == {100}
            for choice, wrong_output in zip(wrong_ones, question.wrong, strict=True):
                assert choice["weight"] == 0
                holds_reason(choice["feedback"]["text"], wrong_output.why, wrong_output.belief)
        case Order():
            assert found["type"] == "Matching"
            pairs = [(pair["subquestion"]["text"], unescaped(pair["subanswer"])) for pair in found["matchPairs"]]
            assert [place for place, _ in pairs] == [f"{number}." for number in range(1, len(question.steps) + 1)]
            assert [squeezed(step) for _, step in pairs] == [squeezed(plain(step.text)) for step in question.steps]
            holds(found["globalFeedback"]["text"], *(step.why for step in question.steps))
