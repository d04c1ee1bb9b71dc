"""The assigned mode in a real browser: from an instructor's link to a file that `poolschool collect` scores."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe import axe
from class_of_students import BANK
from playwright.sync_api import Page, expect

from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.teaching.assignments.assignment import Assignment
from poolschool.teaching.assignments.handed_in import read_result
from poolschool.teaching.assignments.result_files import ResultFile
from poolschool.teaching.assignments.results import Collection, Result

# One of each kind that was written, and generated ones of three lessons.
WANTED = (
    *("why_pooling.purpose", "leaks.four_endings", "leaks.first_failing_call", "engine_and_pool.life_of_a_pool"),
    *("why_pooling.ten_loans", "engine_and_pool.generated"),
)
DESKTOP, PHONE = 1280, 360


def assigned(**changes: Any) -> Assignment:
    """Make an assignment with a paper for each student."""
    data: dict[str, Any] = {"id": "pools", "title": "Pools <b>& more</b>", "seed": 7, "variants": "student"}
    data |= {"order": "shuffled", "due": datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)}
    data["question"] = [{"id": name, "points": 2.0, "hash": BANK.hash(name)} for name in BANK.names(WANTED)]
    return Assignment.model_validate(data | changes)


def link(made: Assignment) -> str:
    """Give the path and fragment of an assignment's link."""
    return made.link("").lstrip("/")


def begin(page: Page, student: str = "ada", name: str = "") -> None:
    """Say who it is, by keyboard."""
    page.get_by_label("Your id").fill(student)
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#assigned .quiz-question").first).to_be_visible()


def answer(page: Page, question: Question, place: int, *, right: bool = True) -> None:
    """Answer the question at a place of the paper by keyboard."""
    form = page.locator(f"#assigned-{place + 1} form")
    match question:
        case Choice() | ChooseAll():
            parts = [part for part, option in enumerate(question.options) if option.right is right]
            for part in parts[:1] if isinstance(question, Choice) else parts:
                form.locator(f"[data-part='{part}'] input").focus()
                page.keyboard.press("Space")
        case Number():
            form.locator("input").fill(f"{question.value:g}" if right else "-99")
        case Output():
            form.locator("textarea").fill(question.prints if right else "nothing")
        case Order():
            wanted = list(range(len(question.steps)))
            for target in range(len(wanted)):
                while (
                    now := [int(x) for x in form.locator("li").evaluate_all("all => all.map(li => li.dataset.part)")]
                ) and (now.index(target) > target):
                    form.locator(f"li[data-part='{target}'] [data-move='-1']").focus()
                    page.keyboard.press("Enter")


def hand_in(page: Page) -> bytes:
    """Hand in and give the file."""
    page.get_by_role("button", name="Hand in", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    return Path(download.value.path()).read_bytes()


def scored(made: Assignment, file: bytes) -> Result:
    """Score a file as `poolschool collect` does."""
    return Collection(made, BANK, None).take(ResultFile("ada.json", ("ada.json",), file))


def feedback(page: Page) -> int:
    """Count what the page says of right and wrong."""
    return page.locator("#assigned [data-verdict]").count()


def test_from_the_link_to_the_points(open_page: Callable[..., Any]) -> None:
    """Answers by keyboard alone, a reload in the middle, the file: every point is given, and nothing told before."""
    made = assigned(feedback="never")
    watched = open_page(link(made), watched=True)
    page = watched.page
    assert "Pools <b>& more</b>" in page.locator("#assigned h2").inner_text()
    begin(page, "ada@example.org", "Ada Lovelace")
    items = made.paper(BANK, "ada@example.org").items
    expect(page.locator("#assigned .quiz-question")).to_have_count(len(items))
    for place, item in enumerate(items):
        if place == len(items) // 2:
            page.reload(wait_until="networkidle")
            begin(page, " ADA@example.org ")
        answer(page, item.question, place)
    expect(page.get_by_text(f"{len(items)} of {len(items)} answered")).to_be_visible()
    assert feedback(page) == 0
    file = hand_in(page)
    result = scored(made, file)
    assert (result.reason, result.notes, result.late) == ("", [], False)
    assert result.points == 2 * len(items)
    assert read_result(file).name == "Ada Lovelace"
    assert feedback(page) == 0
    assert page.locator("#assigned fieldset:enabled").count() == 0
    assert watched.errors == []
    assert watched.foreign == []


def test_what_was_left_open_is_said_before(open_page: Callable[..., Any]) -> None:
    """Handing in asks once and names what has no answer; one can go on working, hand in, answer again, and hand in again."""
    made = assigned(feedback="now")
    page = open_page(link(made)).page
    begin(page)
    items = made.paper(BANK, "ada").items
    answer(page, items[0].question, 0)
    page.get_by_role("button", name="Hand in", exact=True).click()
    dialog = page.get_by_role("dialog")
    assert (
        f"{len(items) - 1} questions without an answer: {', '.join(str(n) for n in range(2, len(items) + 1))}"
        in dialog.inner_text()
    )
    dialog.get_by_role("button", name="Go on working").click()
    answer(page, items[1].question, 1, right=False)
    first = scored(made, hand_in(page))
    assert first.points == 2
    assert feedback(page) == len(items)
    assert page.locator("#assigned-1 [data-verdict='right']").count() == 1
    assert page.locator("#assigned-2 [data-verdict='wrong']").count() == 1
    assert page.get_by_text(f"2 of {2 * len(items)} points").count() == 1
    page.get_by_role("button", name="Answer again").click()
    assert feedback(page) == 0
    assert read_result(hand_in(page)).times_handed_in == 2


@pytest.mark.parametrize(
    ("mode", "days", "told", "words"),
    [
        ("now", 3, True, "stands below each question"),
        ("after_due", 3, False, "Open this page again after"),
        ("after_due", -1, True, "stands below each question"),
        ("never", -1, False, "does not say what was right"),
    ],
)
def test_feedback_comes_when_it_was_promised(
    mode: str, days: int, told: bool, words: str, open_page: Callable[..., Any]
) -> None:
    """Now, after the due date, or never; a late paper is called late, by the page and by collect."""
    made = assigned(feedback=mode, due=datetime.now(UTC).replace(microsecond=0) + timedelta(days=days))
    page = open_page(link(made)).page
    assert ("it will be called late" in page.locator("#assigned").inner_text()) is (days < 0)
    begin(page)
    assert scored(made, hand_in(page)).late is (days < 0)
    assert (feedback(page) > 0) is told
    assert words in page.locator(".ps-assigned-end").inner_text()
    assert ("which is late" in page.locator(".ps-assigned-end").inner_text()) is (days < 0)


def test_two_students_are_kept_apart(open_page: Callable[..., Any]) -> None:
    """On one machine each finds their own paper and their own answers, and the lessons' progress is not touched."""
    made = assigned()
    page = open_page(link(made)).page
    lessons = page.evaluate(
        "() => JSON.stringify(Object.entries(localStorage).filter(([key]) => !key.includes('assigned')))"
    )
    begin(page, "ada")
    answer(page, made.paper(BANK, "ada").items[0].question, 0)
    expect(page.get_by_text(re.compile("^1 of"))).to_be_visible()
    page.get_by_role("button", name="Somebody else").click()
    begin(page, "bob")
    expect(page.get_by_text(re.compile("^0 of"))).to_be_visible()
    page.get_by_role("button", name="Somebody else").click()
    begin(page, "Ada")
    expect(page.get_by_text(re.compile("^1 of"))).to_be_visible()
    after = page.evaluate(
        "() => JSON.stringify(Object.entries(localStorage).filter(([key]) => !key.includes('assigned')))"
    )
    assert after == lessons


def test_what_is_typed_stays_text(open_page: Callable[..., Any]) -> None:
    """Names, titles and answers that look like HTML are shown as they are; nobody without an id begins."""
    made = assigned(title="<img src=x onerror=alert(1)>")
    watched = open_page(link(made), watched=True)
    page = watched.page
    page.on("dialog", lambda _: watched.errors.append("a script ran"))
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("Say who you are first")
    begin(page, '"><img src=x onerror=alert(2)>', "<script>alert(3)</script>")
    assert page.locator("#assigned img, #assigned script").count() == 0
    assert "<script>alert(3)</script>" in page.locator("#assigned").inner_text()
    file = json.loads(hand_in(page))
    assert file["paper"]["student"] == '"><img src=x onerror=alert(2)>'
    assert watched.errors == []


@pytest.mark.parametrize(
    ("fragment", "says"),
    [
        ("", "This page opens with the link"),
        ("limits", "This page opens with the link"),
        ("eyJ2Ijox", "This link is damaged"),
        ("bnVsbA", "another version"),
    ],
)
def test_no_link_or_half_of_one_is_told(fragment: str, says: str, open_page: Callable[..., Any]) -> None:
    """Without a link the page says where it comes from; a damaged one is named."""
    watched = open_page(f"assigned/#{fragment}", watched=True)
    expect(watched.page.locator("#assigned")).to_contain_text(says)
    assert watched.errors == []


def test_a_question_that_is_gone_is_told(open_page: Callable[..., Any]) -> None:
    """A link that asks what this site does not have says so, and the answers that were given are kept."""
    gone = [{"id": "leaks.gone", "points": 1, "hash": "x"}]
    page = open_page(link(assigned(question=gone))).page
    page.get_by_label("Your id").fill("ada")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This site has no question leaks.gone")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_without_scripts_the_page_says_what_it_needs(open_page: Callable[..., Any]) -> None:
    """Who has scripts turned off learns why nothing happens, and what the page cannot do."""
    page = open_page(link(assigned()), scripts=False).page
    assert "script" in page.locator("#assigned").inner_text().lower()
    assert page.locator("#limits").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_axe_finds_nothing_and_nothing_is_cut_off(scheme: str, width: int, open_page: Callable[..., Any]) -> None:
    """Before, in the middle, while it asks and after it: no finding, and no sideways scrolling."""
    made = assigned(feedback="now")
    page = open_page(link(made), scheme=scheme, width=width).page
    findings = []

    def look() -> None:
        findings.extend(found["id"] for found in axe(page).response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    look()
    begin(page)
    look()
    page.get_by_role("button", name="Hand in", exact=True).click()
    look()
    page.get_by_role("button", name="Go on working").click()
    hand_in(page)
    look()
    assert findings == []
