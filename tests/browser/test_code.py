"""Code on a page: what is too wide hangs, what it prints is folded until asked for, and all is there without scripts and on paper."""

from collections.abc import Callable

from live_page import COURSE, run
from playwright.sync_api import Page, expect

LESSON = COURSE.lesson("why_pooling")
FOLDED = "[...document.querySelectorAll('.ps-out')].filter(out => getComputedStyle(out).contentVisibility === 'hidden').length"
PLACES = """[...document.querySelectorAll('.md-content__inner > *, .highlight, .ps-live-bar')]
    .map(element => element.getBoundingClientRect()).filter(({ height }) => height > 0).map(({ top, height }) => [Math.round(top + scrollY), Math.round(height)])"""


def test_a_wrapped_line_hangs(open_page: Callable) -> None:
    """The second row of a line that is too wide begins further in than its first."""
    page = open_page(LESSON.url, width=360).page
    lefts = page.locator(".ln").evaluate_all(
        """lines => lines.map(line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            return [...new Set([...range.getClientRects()].map(row => Math.round(row.left)))];
        }).filter(rows => rows.length > 1)"""
    )
    assert lefts
    one = page.locator(".ln").first.evaluate("line => parseFloat(getComputedStyle(line).textIndent)")
    assert one < 0


def test_what_is_printed_is_folded_until_it_is_shown(open_page: Callable) -> None:
    """The button says what it opens; opening moves nothing; a search in the page opens it too; Run does."""
    page = open_page(LESSON.url).page
    folded = page.evaluate(FOLDED)
    assert folded >= 10
    cell = page.locator(".ps-live").first
    show = cell.get_by_role("button", name="Show output of cell 1")
    expect(show).to_have_attribute("aria-expanded", "false")
    before = page.evaluate(PLACES)
    show.click()
    expect(show).to_have_attribute("aria-expanded", "true")
    expect(show).to_be_focused()
    assert "#> QueuePool" in cell.inner_text()
    assert page.evaluate(PLACES) == before
    show.click()
    expect(show).to_have_attribute("aria-expanded", "false")
    page.evaluate("document.querySelectorAll('.ps-out')[2].dispatchEvent(new Event('beforematch', { bubbles: true }))")
    expect(page.locator(".ps-live").nth(1).locator(".ps-show")).to_have_attribute("aria-expanded", "true")


def test_run_shows_what_was_promised(open_page: Callable) -> None:
    """After Run the page's own lines stand open beside what was printed."""
    page = open_page(LESSON.url).page
    run(page, 0)
    expect(page.locator(".ps-live").first.locator(".ps-show")).to_have_attribute("aria-expanded", "true")


def test_on_paper_and_without_scripts_nothing_is_folded(open_page: Callable) -> None:
    """Whoever has no button reads what is printed."""
    page: Page = open_page(LESSON.url, scripts=False).page
    assert page.locator(".ps-out").first.is_visible()
    assert "#> QueuePool" in page.locator(".ps-live").first.inner_text()
    page = open_page(LESSON.url).page
    page.emulate_media(media="print")
    assert page.evaluate(FOLDED) == 0
