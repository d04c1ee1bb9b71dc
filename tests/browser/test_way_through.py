"""The way through the lessons: marks in the sidebar and on the map, the next lesson, and what is said when nothing is kept."""

import json
from collections.abc import Callable

import pytest
from live_page import COURSE
from playwright.sync_api import Browser, Page, expect

FIRST, SECOND, *_ = COURSE.lessons
BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


def answer_rightly(page: Page) -> None:
    """Answer every question of the lesson that is open as its key has it, in the page's own storage."""
    page.evaluate(
        """async (module) => {
            const { writeQuestion } = await import(module);
            const { questions } = JSON.parse(document.querySelector('.quiz-key').textContent);
            for (const { uid, hash, right, type, value, prints, steps } of questions) {
                const chosen = right?.flatMap((is, part) => (is ? [part] : []));
                const answer = { choice: chosen?.[0], choose_all: chosen, number: String(value), output: prints,
                    order: Array.from({ length: steps ?? 0 }, (_, step) => step) }[type];
                writeQuestion(uid, { hash, answer, right: true, tries: 1 });
            }
        }""",
        "/assets/page/progress.js",
    )


def pass_the_exercise(page: Page, topic: str) -> None:
    """Keep a passed exercise in this browser."""
    answer = {"text": "x = 1\n", "stub": "", "tries": 1, "verdicts": [{"task": 1, "title": "One", "status": "passed"}]}
    page.evaluate(
        "([key, kept]) => localStorage.setItem(key, kept)", [f"poolschool/exercise/{topic}", json.dumps(answer)]
    )


def test_a_lesson_has_two_marks_everywhere(open_page: Callable, address: str) -> None:
    """A quiz that is all right and an exercise that passes are marked in the sidebar of every page and on the map."""
    page = open_page(FIRST.url).page
    marks = page.locator(f"[data-lesson='{FIRST.url}'] .ps-marks")
    expect(page.locator("[data-lesson] .ps-marks")).to_have_count(len(COURSE.lessons))
    expect(marks.locator(".ps-mark-exercise")).to_have_attribute("data-state", "none")
    answer_rightly(page)
    pass_the_exercise(page, FIRST.topic)
    page.reload()
    expect(marks.locator(".ps-mark-quiz[data-whole]")).to_have_count(1)
    expect(marks.locator(".ps-mark-exercise")).to_have_attribute("data-state", "passed")
    page.goto(f"{address}reference/settings/")
    expect(marks.locator(".ps-mark-quiz[data-whole]")).to_have_count(1)
    expect(page.locator(f"[data-lesson='{FIRST.url}'] a")).to_have_accessible_name(
        f"{FIRST.title} (quiz done, exercise passed)"
    )
    expect(page.locator(f"[data-lesson='{SECOND.url}'] a")).to_have_accessible_name(SECOND.title)
    page.goto(address)
    stop = page.locator(".ps-stop").first
    expect(stop).to_have_attribute("data-done", "passed")
    expect(stop).to_contain_text("quiz done, exercise passed")


def test_a_finished_lesson_leads_to_the_next(open_page: Callable, address: str) -> None:
    """All questions right: a filled lane with the next lesson below the quiz; the landing page's button leads there too."""
    page = open_page(FIRST.url).page
    assert page.locator(".quiz > .ps-success").count() == 0
    answer_rightly(page)
    page.reload()
    done = page.locator(".quiz > .ps-success")
    expect(done).to_contain_text("questions right.")
    expect(done.get_by_role("link")).to_have_text(f"Next lesson: {SECOND.title}")
    page.goto(address)
    begin = page.locator(".ps-begin")
    expect(begin).to_have_text(f"Next lesson: {SECOND.title}")
    begin.click()
    expect(page).to_have_url(address + SECOND.url)


def test_a_reset_quiz_can_be_taken_back(open_page: Callable) -> None:
    """Reset quiz empties every question; Undo brings answers, verdicts and the score again, and keeps them."""
    page = open_page(FIRST.url).page
    answer_rightly(page)
    page.reload()
    score = page.locator(".quiz-end .quiz-score")
    whole = f"{page.locator('.quiz-question').count()} of {page.locator('.quiz-question').count()} right"
    expect(score).to_have_text(whole)
    undo = page.get_by_role("button", name="Undo the reset")
    expect(undo).to_be_hidden()
    page.get_by_role("button", name="Reset quiz").click()
    expect(score).to_contain_text("0 of")
    expect(page.locator(".quiz > .ps-success")).to_have_count(0)
    page.get_by_role("button", name="Reset quiz").click()  # a second press must not make the first one final
    undo.click()
    expect(score).to_have_text(whole)
    expect(page.get_by_role("button", name="Reset quiz")).to_be_focused()
    page.reload()
    expect(score).to_have_text(whole)


@pytest.mark.parametrize(
    ("harm", "said"), [(BLOCKED, "keeps nothing"), (FULL, "no room left")], ids=["blocked", "full"]
)
@pytest.mark.parametrize("path", [FIRST.url, "assigned/"])
def test_a_browser_that_keeps_nothing_says_so_at_once(
    browser: Browser, address: str, path: str, harm: str, said: str
) -> None:
    """A lesson and an assignment say, before anything is answered, that it will not be kept; the page works all the same."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    context.add_init_script(harm)
    page = context.new_page()
    link = ""
    if path == "assigned/":
        link = page.evaluate("text => '#' + btoa(text)", json.dumps(assignment()))
    page.goto(address + path + link)
    expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    if link:
        expect(page.locator("[data-assigned]")).to_contain_text("This browser does not keep your answers")
        expect(page.locator("[data-assigned]")).not_to_contain_text("are kept in this browser")
    page.get_by_role("button", name="OK, close this message").click()
    expect(page.locator(".ps-keeps-nothing")).to_be_hidden()
    context.close()


def assignment() -> dict[str, object]:
    """Give what stands in the link of an assignment of one question."""
    return {
        "v": 1,
        "id": "week_1",
        "title": "Week 1",
        "seed": 1,
        "variants": "shared",
        "order": "written",
        "due": None,
        "feedback": "now",
        "questions": [[f"{FIRST.topic}.purpose", 1, ""]],
    }
