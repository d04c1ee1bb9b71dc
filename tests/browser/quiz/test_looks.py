"""How the quiz looks: to axe, on a phone, while it loads, without scripts, on paper, in forced colours."""

import pytest
from axe import axe
from playwright.sync_api import Browser, Page
from quiz_page import answer_lent, question, state
from shifts import shifts


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("answered", [False, True], ids=["fresh", "answered"])
def test_axe_finds_nothing(page: Page, scheme: str, answered: bool) -> None:
    """axe-core has no finding, light and dark, before and after answers of every kind.

    The colours of code are the site's, not the quiz's: the site's own test looks at them.
    """
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)
    if answered:
        answer_lent(page, 1)
        for part in (0, 2):
            question(page, "waits").locator(f'input[value="{part}"]').check()
        question(page, "how_many").locator("input").fill("20")
        for name in ("waits", "how_many", "prints", "one_loan"):
            question(page, name).locator("[type=submit]").click()
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = axe(page, context={"exclude": [[".highlight"]]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int) -> None:
    """On a phone and on a desk nothing has to be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    answer_lent(page, 1)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_the_script_arrives(browser: Browser, site: str, width: int) -> None:
    """With answers kept from before, loading the page shifts nothing."""
    context = browser.new_context(viewport={"width": width, "height": 3000})
    page = context.new_page()
    page.goto(site)
    answer_lent(page, 1)
    page.reload()
    page.wait_for_function("document.querySelector('.quiz').dataset.ready")
    assert shifts(page) == []
    assert state(page, "lent") == "missed"
    context.close()


def test_without_scripts_all_can_be_read(browser: Browser, site: str) -> None:
    """With JavaScript off there are no dead buttons, and a fold opens to the worked solution and the proof."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.get_by_role("button", name="Submit").count() == 0
    assert page.locator("noscript .quiz-note").is_visible()
    lent = question(page, "lent")
    assert not lent.get_by_text("That would be a sale.").is_visible()
    lent.locator("summary", has_text="Worked solution").click()
    assert lent.get_by_text("That would be a sale.").is_visible()
    lent.locator("summary", has_text="Show the test").click()
    assert lent.get_by_text("What is given back stands on the shelf again.").is_visible()
    question(page, "how_many").locator("input").press("Enter")
    assert page.url == site  # Enter sends nothing anywhere
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_on_paper_everything_is_open(browser: Browser, site: str, scripts: bool) -> None:
    """In print every worked solution has its height, with and without scripts, and no button is left."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(site)
    page.emulate_media(media="print")
    assert question(page, "lent").get_by_text("That would be a sale.").is_visible()
    assert question(page, "lent").locator("[type=submit]").is_hidden()
    context.close()


def test_forced_colours_keep_the_choice_visible(browser: Browser, site: str) -> None:
    """In forced colours the chosen option still differs from the others by its border."""
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(site)
    question(page, "lent").locator('input[value="0"]').check()
    border = "one => getComputedStyle(one).borderTopColor"
    chosen, other = (
        question(page, "lent").locator(f'.quiz-option[data-part="{part}"]').evaluate(border) for part in (0, 1)
    )
    assert chosen != other
    context.close()
