"""What the quiz keeps in the browser: answers and the score, whatever stands in the storage."""

import pytest
from playwright.sync_api import Page
from quiz_page import QUIZ, answer_lent, question, state


def test_progress_survives_a_reload(page: Page) -> None:
    """Answers, verdicts and the score are there again."""
    answer_lent(page, 0)
    question(page, "prints").locator("textarea").fill("desk\n1 left")
    question(page, "prints").locator("[type=submit]").click()
    page.reload()
    assert (state(page, "lent"), state(page, "prints"), state(page, "waits")) == ("right", "missed", "open")
    assert question(page, "lent").locator('input[value="0"]').is_checked()
    assert question(page, "prints").locator("textarea").input_value() == "desk\n1 left"
    assert page.locator(".quiz-score").first.inner_text() == "1 of 6 right, 1 incorrect"


def test_an_edited_question_alone_is_asked_again(page: Page, site: str) -> None:
    """When one question has changed, it says so and is open; the others keep their answers."""
    answer_lent(page, 0)
    question(page, "how_many").locator("input").fill("20")
    question(page, "how_many").locator("[type=submit]").click()
    page.goto(f"{site}edited.html")
    assert (state(page, "lent"), state(page, "how_many")) == ("changed", "right")
    assert "changed since you answered" in question(page, "lent").locator(".quiz-head").inner_text()
    answer_lent(page, 0)
    assert state(page, "lent") == "right"


@pytest.mark.parametrize(
    "kept",
    ["null", "[]", "{", '"x"', '{"hash": 1}', '{"hash": "HASH", "answer": {"a": 1}, "right": "yes"}',
     '{"hash": "HASH", "answer": 99, "right": true, "tries": -1}'],
)  # fmt: skip
def test_garbage_in_the_storage_is_nothing(page: Page, kept: str) -> None:
    """What cannot be an answer counts as none; the quiz works on."""
    text = kept.replace("HASH", QUIZ.questions[0].content_hash)
    page.evaluate("text => localStorage.setItem('poolschool/quiz/lamps.lent', text)", text)
    page.reload()
    assert state(page, "lent") == "open"
    answer_lent(page, 0)
    assert state(page, "lent") == "right"


def test_a_blocked_storage_lasts_as_long_as_the_page(page: Page) -> None:
    """Where localStorage throws, the quiz marks and scores all the same."""
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    page.reload()
    answer_lent(page, 0)
    assert state(page, "lent") == "right"
    page.get_by_role("button", name="Reset quiz").click()
    assert state(page, "lent") == "open"


def test_what_other_scripts_learn_of_the_progress(page: Page) -> None:
    """`topicProgress` counts right and answered questions in their present wording; `lastPlace` stays on the site."""
    answer_lent(page, 1)
    questions = [{"uid": one.uid, "hash": one.content_hash} for one in QUIZ.questions]
    progress = "questions => import('/assets/page/progress.js').then(p => p.topicProgress('lamps', questions))"
    assert page.evaluate(progress, questions) == {"right": 0, "answered": 1, "total": 6}
    answer_lent(page, 0)
    assert page.evaluate(progress, questions) == {"right": 1, "answered": 1, "total": 6}
    assert page.evaluate(progress, [{**questions[0], "hash": "0" * 12}]) == {"right": 0, "answered": 0, "total": 1}

    place = "url => import('/assets/page/progress.js').then(p => { p.rememberPlace('lamps', 'Lamps', url); return p.lastPlace() })"
    assert page.evaluate(place, "p1_why/l01_lamps/") == {"topic": "lamps", "title": "Lamps", "url": "p1_why/l01_lamps/"}
    assert page.evaluate(place, "javascript:alert(1)") is None
    assert page.evaluate(place, "https://example.org/") is None
