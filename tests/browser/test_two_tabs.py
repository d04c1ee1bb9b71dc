"""Two tabs on the same lesson: neither overwrites the other, and the reader chooses between both versions."""

import json
from collections.abc import Iterator

import pytest
from live_page import COURSE, write
from playwright.sync_api import Browser, Page, expect

LESSON = COURSE.lesson("why_pooling")
EXERCISE = "poolschool/exercise/why_pooling"
CELL = f"poolschool/cell//{LESSON.url}#1"


@pytest.fixture
def tabs(browser: Browser, address: str) -> Iterator[tuple[Page, Page]]:
    """Open a lesson in two tabs of one profile."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    pages = context.new_page(), context.new_page()
    for page in pages:
        page.goto(address + LESSON.url, wait_until="networkidle")
    yield pages
    context.close()


def kept(page: Page, key: str) -> str | None:
    """Give the text that is kept of an exercise or a cell."""
    value = page.evaluate("key => localStorage.getItem(key)", key)
    return None if value is None else json.loads(value)["text"]


def solve(page: Page, text: str) -> None:
    """Open the exercise and replace what stands in its editor."""
    card = page.locator(".ps-exercise")
    if card.locator(".cm-content").count() == 0:
        card.locator("button[data-do=open]").click()
    card.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_an_exercise_in_two_tabs_keeps_both_versions(tabs: tuple[Page, Page], address: str) -> None:
    """What the second tab writes lies beside what the first wrote; a reload offers both; looking at one drops neither."""
    one, other = tabs
    for page in tabs:
        page.locator(".ps-exercise button[data-do=open]").click()
        expect(page.locator(".ps-exercise .cm-content")).to_be_focused()
    solve(one, "one = 1\n")
    expect(other.locator(".ps-solve .ps-versions")).to_contain_text(
        "Another tab has a different version of your answer"
    )
    solve(other, "other = 2\n")
    assert (kept(other, EXERCISE), kept(other, EXERCISE + "~")) == ("one = 1\n", "other = 2\n")

    other.reload()
    solver = other.locator(".ps-exercise")
    solver.get_by_role("button", name="Go on with your answer").click()
    expect(solver.locator(".cm-content")).to_contain_text("one = 1")
    solver.get_by_role("button", name="Show the other: your answer").click()
    expect(solver.locator(".cm-content")).to_contain_text("other = 2")
    expect(solver.locator(".cm-content")).to_be_focused()
    assert (kept(other, EXERCISE), kept(other, EXERCISE + "~")) == ("other = 2\n", "one = 1\n")
    solver.get_by_role("button", name="Show the other: your answer").click()
    expect(solver.locator(".cm-content")).to_contain_text("one = 1")
    assert (kept(other, EXERCISE), kept(other, EXERCISE + "~")) == ("one = 1\n", "other = 2\n")
    solver.get_by_role("button", name="Show the other: your answer").click()
    solver.get_by_role("button", name="Keep only this one: your answer").click()
    expect(solver.locator(".ps-versions")).to_have_count(0)
    assert (kept(other, EXERCISE), kept(other, EXERCISE + "~")) == ("other = 2\n", None)

    expect(one.locator(".ps-solve .ps-versions")).to_be_visible()
    one.get_by_role("button", name="Keep only this one: your answer").click()
    assert (kept(one, EXERCISE), kept(one, EXERCISE + "~")) == ("one = 1\n", None)


def test_a_cell_edited_in_two_tabs_offers_both(tabs: tuple[Page, Page]) -> None:
    """An edit of a cell that is open in another tab overwrites nothing; where the cell is as issued it is shown at once."""
    one, other = tabs
    write(one, 0, "one = 1")
    expect(other.locator(".ps-live").first.locator(".cm-content")).to_contain_text("one = 1")
    write(other, 0, "other = 2")
    expect(one.locator(".ps-live").first.locator(".ps-versions")).to_be_visible()
    write(one, 0, "one = 3")
    assert (kept(one, CELL), kept(one, CELL + "~")) == ("other = 2", "one = 3")
    one.get_by_role("button", name="Keep only this one: cell 1").click()
    assert (kept(one, CELL), kept(one, CELL + "~")) == ("one = 3", None)


def test_a_quiz_answered_in_two_tabs_offers_both(tabs: tuple[Page, Page]) -> None:
    """A question that nobody touched takes the other tab's answer; one that was being answered asks which one counts."""
    _, other = tabs
    first, second = (page.locator(".quiz-question:has(input[type=radio])").first for page in tabs)
    first.locator("input").nth(0).check()
    first.locator("[type=submit]").click()
    state = first.locator(".quiz-state").get_attribute("data-state")
    expect(second.locator(".quiz-state")).to_have_attribute("data-state", state or "")
    uid = first.get_attribute("data-uid")
    undone, undone_too = (page.locator(".quiz-question:has(input[type=radio])").nth(1) for page in tabs)
    undone_too.locator("input").nth(1).check()
    undone.locator("input").nth(0).check()
    undone.locator("[type=submit]").click()
    offer = undone_too.locator(".ps-versions")
    expect(offer).to_be_visible()
    assert undone_too.locator("input").nth(1).is_checked()
    offer.get_by_role("button", name="Show the other").click()
    assert undone_too.locator("input").nth(0).is_checked()
    expect(undone_too.locator(".quiz-state")).not_to_have_attribute("data-state", "open")
    assert other.evaluate("Object.keys(localStorage).filter(key => key.endsWith('~'))") == [], uid
