"""The page's script marks the whole course as Python does, on answers that people type."""

from pathlib import Path

import pytest
from export_papers import asked, nasty, whole_course
from odd_answers import odd_answers

from poolschool.measure.javascript import Module
from poolschool.quiz.marking import mark
from poolschool.quiz.reader import load_quiz
from poolschool.site.quiz import marking_key

TOOLING = Path(__file__).parents[1] / "tooling"
SAMPLE = load_quiz(TOOLING / "sample_course/quizzes/p1_why/l01_lamps.toml", "lamps").questions
SCRIPT = Path(__file__).parents[2] / "docs/assets/quiz/marking.js"


@pytest.mark.parametrize("paper", [whole_course(), nasty()], ids=["course", "nasty"])
def test_page_and_terminal_mark_odd_answers_alike(paper) -> None:
    """Verdict, remarks and whether it counts are the same for each odd answer to each question."""
    with Module(SCRIPT) as script:
        for _, question in asked(paper):
            key = marking_key(question)
            for answer in odd_answers(question):
                here, there = mark(question, answer.typed), script.call("mark", key, answer.typed)
                remarks = [[remark.kind, remark.part, remark.text] for remark in here.remarks]
                assert [[it["kind"], it["part"], it["text"]] for it in there["remarks"]] == remarks, (
                    question.uid,
                    answer,
                )
                assert (there["right"], there["counted"]) == (here.right, here.counted), (question.uid, answer)


def test_page_and_python_take_the_same_signs_for_blanks() -> None:
    """Any sign around, inside or after a number or an output is read alike, whatever a keyboard or a paste puts there."""
    signs = [
        *map(chr, range(0x100)),
        *"\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeffİßǅ２٢🏊",
    ]
    number, output = (next(it for it in SAMPLE if it.type == kind) for kind in ("number", "output"))
    typed = (
        (number, ["{0}20", "20{0}", "2{0}0", "1{0}904", "20 {0}lamps", "20{0}lamps", "{0}", "20 lamps{0}", "2e{0}1"]),
        (
            output,
            ["{0}floor\n1 left", "floor{0}\n1 left", "floor\n1{0}left", "floor{0}1 left", "{0}", "floor\n{0}\n1 left"],
        ),
    )
    with Module(SCRIPT) as script:
        for question, forms in typed:
            key = marking_key(question)
            for text in (form.replace("{0}", sign) for form in forms for sign in signs):
                here, there = mark(question, text), script.call("mark", key, text)
                assert (there["right"], there["counted"]) == (here.right, here.counted), repr(text)
                assert [it["text"] for it in there["remarks"]] == [remark.text for remark in here.remarks], repr(text)
