"""The page's script marks the whole course as Python does, on answers that people type."""

from pathlib import Path

import pytest
from export_papers import asked, nasty, whole_course
from odd_answers import odd_answers

from poolschool.measure.javascript import Module
from poolschool.quiz.marking import mark
from poolschool.site.quiz import marking_key

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
