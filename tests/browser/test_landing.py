"""The landing page and the frame of every page: map, place, menu, colours, search, copy; by keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

LESSON = "p1_why/l01_why_pooling/"


def answer_all_right(page: Page, stop: int) -> None:
    """Write into this browser that all questions of one lesson were answered right."""
    page.evaluate(
        """async ([stop, module]) => {
            const { writeQuestion } = await import(module);
            const asked = JSON.parse(document.querySelectorAll('.ps-stop')[stop].dataset.questions);
            for (const { uid, hash } of asked) writeQuestion(uid, { hash, answer: '1', right: true, tries: 1 });
        }""",
        [stop, page.url + "assets/page/progress.js"],
    )


def test_the_map_shows_every_lesson(open_page: Callable) -> None:
    """Each lesson is a stop with its minutes, and leads to its page."""
    page = open_page().page
    stops = page.locator(".ps-stop")
    assert stops.count() == page.locator(".md-sidebar--primary [data-lesson]").count()
    stops.first.locator("a").click()
    expect(page).to_have_url(page.url)
    assert page.url.endswith(LESSON)


def test_the_map_fills_from_progress(open_page: Callable) -> None:
    """Answers kept in this browser fill the float of their lesson, and of no other."""
    page = open_page().page
    answer_all_right(page, 0)
    page.reload(wait_until="networkidle")
    expect(page.locator(".ps-stop").nth(0)).to_contain_text("quiz done")
    expect(page.locator(".ps-stop").nth(0)).to_have_class("ps-stop ps-whole")
    expect(page.locator(".ps-stop").nth(1)).not_to_contain_text("quiz done")


def test_continue_leads_to_the_lesson_that_was_read(open_page: Callable, address: str) -> None:
    """The button begins with the first lesson until a lesson was opened; then it leads back there."""
    page = open_page().page
    expect(page.locator(".ps-begin")).to_have_text("Begin with the first lesson")
    page.goto(address + LESSON, wait_until="networkidle")
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".ps-begin")).to_contain_text("Continue: Why connection pooling")
    page.locator(".ps-begin").click()
    expect(page).to_have_url(address + LESSON)


def test_the_keyboard_reaches_everything(open_page: Callable) -> None:
    """Tab visits every link, button and control of the landing page, each with a visible focus."""
    page = open_page().page
    wanted = page.evaluate(
        """() => {
            const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')];
            const seen = all.filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.disabled);
            seen.forEach((element, number) => { element.dataset.number = number; });
            return seen.length;
        }"""
    )
    reached, unseen = set(), []
    for _ in range(2 * wanted):
        page.keyboard.press("Tab")
        number, marked = page.evaluate(
            """() => {
                const element = document.activeElement;
                const ring = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
                return [element.dataset.number, ring(getComputedStyle(element)) || ring(getComputedStyle(element, '::after'))];
            }"""
        )
        reached.add(number)
        if number is not None and not marked:
            unseen.append(number)
    assert len(reached - {None}) == wanted
    assert unseen == []


def test_the_menu_of_a_phone_opens_by_keyboard(open_page: Callable) -> None:
    """Enter opens the menu, its links are reached, Escape closes it and gives the focus back."""
    page = open_page(LESSON, width=360).page
    link = page.locator(".md-sidebar--primary a.md-nav__link").last
    assert not link.is_visible()
    page.locator(".ps-menu").press("Enter")
    expect(link).to_be_visible()
    expect(page.locator(".ps-menu")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(link).not_to_be_visible()
    expect(page.locator(".ps-menu")).to_be_focused()


def test_the_colours_follow_the_system_until_they_are_chosen(open_page: Callable) -> None:
    """Dark where the system is dark; a choice holds on the next page."""
    page = open_page(scheme="dark").page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.locator(".ps-scheme").click()
    light = page.evaluate(ground)
    assert light != dark
    page.locator(".ps-stop a").first.click()
    page.wait_for_url(f"**/{LESSON}")
    assert page.evaluate(ground) == light
    expect(page.locator(".ps-scheme")).to_have_attribute("aria-pressed", "false")


def test_without_scripts_the_colours_follow_the_system(open_page: Callable) -> None:
    """The ground is dark in a dark system even if no script runs."""
    grounds = [open_page(scheme=scheme, scripts=False).page for scheme in ("light", "dark")]
    light, dark = (page.evaluate("getComputedStyle(document.body).backgroundColor") for page in grounds)
    assert light != dark


def test_code_can_be_copied(open_page: Callable) -> None:
    """A button beside a command copies it, without the prompt and with its line's end."""
    page = open_page(LESSON).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".ps-exercise .ps-copy").first.click()
    expect(page.locator(".ps-exercise .ps-copy").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "pytest exercises -k why_pooling\n"
