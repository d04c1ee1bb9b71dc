"""Proofs run in the page."""

import re
from collections.abc import Callable

import pytest
from live_page import ASK, COURSE, PATIENCE, ROOT
from playwright.sync_api import Page, expect

from poolschool.course.lessons import Lesson
from poolschool.site.runs_in_page import proof_needs

pytestmark = pytest.mark.together  # one Python in one page runs all
PROOFS = [
    (lesson, question)
    for lesson in COURSE.lessons
    for question, lacks in proof_needs(lesson.proof).items()
    if not lacks
]


def test_most_proofs_run_in_the_page() -> None:
    """What a page cannot run is the exception: this file would else test nothing."""
    assert len(PROOFS) >= 12


@pytest.mark.parametrize(
    ("lesson", "question"), PROOFS, ids=[f"{lesson.topic}.{question}" for lesson, question in PROOFS]
)
def test_a_proof_holds_in_the_page(python: Page, lesson: Lesson, question: str) -> None:
    """Each proof that a page offers to run passes there."""
    conftest = (ROOT / "quizzes" / "conftest.py").read_text(encoding="utf-8")
    proofs = lesson.proof.read_text(encoding="utf-8")
    order = {"stem": lesson.stem, "proofs": proofs, "conftest": conftest, "question": question}
    outcome = python.evaluate(ASK, ["prove", order, f"{proofs} import pytest"])
    assert outcome["passed"], outcome["error"]


def test_a_proof_is_run_in_place(open_page: Callable) -> None:
    """After "Show the test that proves this" and Run the page says that it holds."""
    page = open_page(COURSE.lesson("why_pooling").url).page
    proof = (
        page.locator("details.quiz-proof")
        .filter(has=page.get_by_role("button", name="Run this proof", include_hidden=True))
        .first
    )
    proof.locator("summary").click()
    proof.get_by_role("button", name="Run this proof").click()
    expect(proof.get_by_role("status")).to_have_text(re.compile(r"^It holds: passed in [\d.]+ s\.$"), timeout=PATIENCE)
