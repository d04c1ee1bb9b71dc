"""What a screen reader meets: sliders with names, focus that stays, and few announcements. axe sees none of it."""

import re
from collections.abc import Callable

import pytest
from live_page import COURSE, PATIENCE
from playwright.sync_api import expect

LESSON = COURSE.lesson("why_pooling")
FOCUS = "document.activeElement === document.body ? 'body' : document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
# Every text that a live region has had, in order.
LISTEN = """() => {
    window.heard = [];
    const regions = '[role=status], [role=alert], [aria-live]';
    new MutationObserver(changes => {
        for (const { target } of changes) {
            const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(regions);
            const text = region?.textContent.trim();
            if (text && text !== window.heard.at(-1)) window.heard.push(text);
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_sliders_are_sliders_with_names(open_page: Callable) -> None:
    """Each range of a page is named by its own words, not by its value."""
    for path in ("", LESSON.url, "p1_why/l02_cost_of_connecting/"):
        page = open_page(path).page
        for slider in page.locator("input[type=range]").all():
            name = slider.evaluate(
                "input => [...input.labels].map(label => label.textContent.trim()).join(' ') || input.ariaLabel"
            )
            assert re.search(r"[a-z]{3}", name or ""), path


@pytest.mark.timeout(240)
def test_the_focus_stays_where_the_reader_was(open_page: Callable) -> None:
    """After Run, Stop, Check and a proof the pressed button has the focus, not the body of the page."""
    page = open_page(LESSON.url).page
    cell = page.locator(".ps-live").first
    for word in ("run", "stop"):
        button = cell.locator(f"button[data-do={word}]")
        button.focus()
        page.keyboard.press("Enter")
        assert page.evaluate(FOCUS) == f"{word.title()} cell 1"
    cell.locator("button[data-do=run]").press("Enter")
    expect(cell.locator(".ps-live-status")).to_have_text("Done.", timeout=PATIENCE)
    assert page.evaluate(FOCUS) == "Run cell 1"
    card = page.locator(".ps-exercise")
    card.get_by_role("button", name="Solve it here").press("Enter")
    expect(card.locator(".cm-content")).to_be_focused()
    assert "Escape" in card.inner_text()
    card.get_by_role("button", name="Check", exact=True).press("Enter")
    assert page.evaluate(FOCUS) == "Check"
    expect(card.locator(".ps-live-status")).to_contain_text("0 of 3", timeout=PATIENCE)
    assert page.evaluate(FOCUS) == "Check"
    retry = page.get_by_role("button", name="Retry incorrect")
    retry.press("Enter")
    assert page.evaluate(FOCUS) == "Retry incorrect"


def test_the_simulator_announces_little(open_page: Callable) -> None:
    """Ten seconds of play say that it runs, and that it pauses; what moves meanwhile is not read out."""
    page = open_page("reference/simulator/").page
    page.emulate_media(reduced_motion="no-preference")
    figure = page.locator("figure[data-alive=yes]")
    expect(figure).to_be_visible()
    page.evaluate(LISTEN)
    figure.locator("[data-do=play]").click()
    page.wait_for_timeout(10_000)  # milliseconds: the time is what is tested
    heard = page.evaluate("window.heard")
    assert 1 <= len(heard) <= 2, heard
    figure.locator("[data-do=play]").click()
    page.wait_for_function("before => window.heard.length > before", arg=len(heard))
    page.wait_for_timeout(1000)
    assert len(page.evaluate("window.heard")) <= len(heard) + 1, page.evaluate("window.heard")
