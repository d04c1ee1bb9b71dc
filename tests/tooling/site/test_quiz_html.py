"""The quiz as HTML: whole without a script, and safe whatever an author writes."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from outline import Outline

from poolschool.course.beliefs import load_beliefs
from poolschool.course.proofs import read_proofs
from poolschool.quiz.questions import Quiz
from poolschool.quiz.reader import load_quiz
from poolschool.site.quiz import quiz_html

SAMPLE = Path(__file__).parents[1] / "sample_course"
STEM = SAMPLE / "quizzes/p1_why/l01_lamps"
VOID = {"input", "br", "hr"}  # elements that are never closed


@pytest.fixture(scope="module")
def quiz() -> Quiz:
    """Read the sample."""
    return load_quiz(Path(f"{STEM}.toml"), "lamps")


@pytest.fixture(scope="module")
def html(quiz: Quiz) -> str:
    """Render the sample with all that belongs to it."""
    proofs = read_proofs(Path(f"{STEM}_proof.py"))
    return quiz_html(quiz, proofs=proofs, beliefs=load_beliefs(SAMPLE), pages={"shelves": "../l02_shelves/"})


def test_every_element_is_closed_and_every_id_unique(html: str) -> None:
    """The HTML is well-formed, and what labels or describes something exists once."""
    outline = Outline(html, VOID)
    assert outline.open == []
    ids = Counter(attributes["id"] for _, attributes in outline.elements if "id" in attributes)
    assert set(ids.values()) == {1}
    for _, attributes in outline.elements:
        for key in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(key) or "").split()) <= ids.keys()


def test_all_that_an_author_wrote_can_be_read(quiz: Quiz, html: str) -> None:
    """Without a script every prompt, option, reason, step, answer, check and mistake stands in the HTML."""
    text = "".join(Outline(html, VOID).texts)
    for question in quiz.questions:
        written = question.model_dump(exclude={"id", "type"})
        for told in re.findall(r"'(?:text|why|answer|check)': '([^']+)'", str(written)):
            assert told.replace("`", "") in text
        for told in (*question.solution, *question.mistakes):
            assert told.replace("`", "") in text


def test_no_handler_stands_in_the_html(html: str) -> None:
    """There is no inline script, style or event handler: a strict content policy needs no exception."""
    for tag, attributes in Outline(html, VOID).elements:
        assert not [key for key in attributes if key.startswith("on") or key == "style"]
        assert tag != "script" or attributes["type"] == "application/json"


def test_the_key_cannot_be_broken_out_of(tmp_path: Path) -> None:
    """A text that would end the script element stays inside the JSON."""
    text = Path(f"{STEM}.toml").read_text(encoding="utf-8").replace("1 left\n", "</script><b>1 left\n")
    path = tmp_path / "quiz.toml"
    path.write_text(text, encoding="utf-8")
    html = quiz_html(load_quiz(path, "lamps"))
    key = re.search(r'class="quiz-key">(.*?)</script>', html, re.DOTALL)
    assert key
    assert "<" not in key[1]
    questions = {question["uid"]: question for question in json.loads(key[1])["questions"]}
    assert questions["lamps.prints"]["prints"] == "floor\n</script><b>1 left"


def test_a_belief_leads_to_its_lesson(html: str) -> None:
    """A belief of this lesson links to its anchor, one of another lesson to that page."""
    assert '<a href="#borrowing">' in html
    assert '<a href="../l02_shelves/#size">' in html


def test_a_belief_of_a_lesson_that_is_not_there_has_no_link(quiz: Quiz) -> None:
    """The truth is told all the same."""
    html = quiz_html(quiz, beliefs=load_beliefs(SAMPLE))
    assert "whoever comes later waits" in html
    assert "#size" not in html


def test_a_proof_or_the_reason_why_there_is_none(html: str) -> None:
    """Four questions show their proof, two say why they have none."""
    assert html.count("<summary>Show the test that proves this</summary>") == 4
    assert "No proof: It is an addition." in html


def test_the_page_is_the_same_each_time(quiz: Quiz) -> None:
    """Two builds give the same bytes."""
    assert quiz_html(quiz) == quiz_html(quiz)
