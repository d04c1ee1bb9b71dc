"""The picture of a pool in the page: fetched with the first failed task that has one, folded, said in sentences."""

import json

import pytest
from axe import axe
from live_page import COURSE, PATIENCE
from playwright.sync_api import Browser, Page, expect

from poolschool.grading.pool_use import Borrower, PoolUse, plain, read_pool_use, sentence
from poolschool.grading.verdict import Verdict

LESSON = COURSE.lesson("leaks")
STORY = PoolUse(
    61,
    (
        Borrower(1, "MainThread", 14, 12.0, 0.0, 100.0, "not returned"),
        Borrower(2, "MainThread", 14, 12.0, 50.4, 50.0, "returned"),
        Borrower(3, "Thread-2", 1234, 37.0, 75.0, 0.0, "gave up"),
        Borrower(4, "Thread-3", 0, 62.5, 50.0, 0.0, "waits"),
        Borrower(5, "<b>Thread</b>", 20, 9.96, 0.0, 0.0, "got none"),
        Borrower(6, "Thread-5", 21, 9999.4, 12_250.0, 3.0, "returned"),
    ),
)
SUMMARY = "Who waited, gave up or never returned a connection"
SENTENCES = ".ps-borrowers li > span:first-child"


def keep(page: Page, pool: object, status: str = "failed") -> None:
    """Let the page find an answer with one open task, as an earlier visit kept it."""
    stub = LESSON.stub.read_text(encoding="utf-8")
    verdict = vars(Verdict(1, "Return it", "failed", called="fetch()", got="1")) | {"status": status, "pool": pool}
    kept = {"text": stub, "stub": stub, "tries": 0, "verdicts": [verdict]}
    page.add_init_script(f"localStorage.setItem('poolschool/exercise/leaks', {json.dumps(json.dumps(kept))})")


def test_a_failed_check_has_its_picture(browser: Browser, address: str) -> None:
    """The real checker in the page finds a leak: the picture's sentences are those of the data that the verdict carries."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda asked: fetched.append(asked.url))
    page.goto(address + LESSON.url)
    card = page.locator(".ps-exercise")
    card.get_by_role("button", name="Solve it here").click()
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.locator(".ps-verdict-words")).to_contain_text("price_of(engine", timeout=PATIENCE)
    expect(card.locator(".ps-borrowers summary")).to_have_text(SUMMARY)
    assert sum(url.endswith("pool-picture.js") for url in fetched) == 1
    expect(card.locator(".ps-live-status")).to_contain_text("tasks pass")
    kept = page.evaluate("JSON.parse(localStorage.getItem('poolschool/exercise/leaks')).verdicts[0].pool")
    use = read_pool_use(kept)
    assert use.borrowers[-1].end == "not returned"
    assert use.borrowers[-1].line > 0
    card.locator(".ps-borrowers summary").focus()
    page.keyboard.press("Enter")
    assert card.locator(SENTENCES).all_inner_texts() == [sentence(one) for one in use.borrowers]
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)], ids=["light phone", "dark desktop"])
def test_everybody_can_read_it(browser: Browser, address: str, scheme: str, width: int) -> None:
    """Every kind of end is said in the words of the terminal's model, in light and dark, on a phone, without a finding of axe."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, service_workers="block"
    )
    page = context.new_page()
    keep(page, plain(STORY))
    page.goto(address + LESSON.url)
    page.get_by_role("button", name="Go on with your answer").click()
    page.locator(".ps-borrowers summary").click()
    assert page.locator(SENTENCES).all_inner_texts() == [sentence(one) for one in STORY.borrowers]
    expect(page.locator(".ps-borrowers")).to_contain_text("and 55 more")
    assert axe(page).response["violations"] == []
    place = page.locator(".ps-borrowers").bounding_box()
    assert place
    for part in page.locator(".ps-borrower-part, .ps-borrower-end").all():
        box = part.bounding_box()
        assert box
        assert place["x"] <= box["x"] <= box["x"] + box["width"] <= place["x"] + place["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_it_is_seen_with_forced_colours(browser: Browser, address: str) -> None:
    """Bars are borders, which stay when a system paints all in its own colours."""
    context = browser.new_context(forced_colors="active", service_workers="block")
    page = context.new_page()
    keep(page, plain(STORY))
    page.goto(address + LESSON.url)
    page.get_by_role("button", name="Go on with your answer").click()
    page.locator(".ps-borrowers summary").click()
    for kind, style in (("holds", "solid"), ("waits", "dotted")):
        bar = page.locator(f".ps-borrower-part[data-kind={kind}]").first
        shown = bar.evaluate("bar => { const s = getComputedStyle(bar); return [s.borderTopStyle, s.borderTopWidth]; }")
        assert shown[0] == style
        assert float(shown[1].removesuffix("px")) >= 2
    context.close()


@pytest.mark.parametrize("pool", [plain(PoolUse()), None, {"borrowers": "nonsense"}, {"borrowers": [{"end": "x"}]}])
def test_where_there_is_nothing_to_tell_nothing_is_drawn(browser: Browser, address: str, pool: object) -> None:
    """Without borrowers, with what an older version kept, or with nonsense: the words alone, and no error."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    keep(page, pool)
    page.goto(address + LESSON.url)
    page.get_by_role("button", name="Go on with your answer").click()
    expect(page.locator(".ps-verdict-words")).to_contain_text("fetch()")
    page.wait_for_load_state("networkidle")
    assert page.locator(".ps-borrowers").count() == 0
    assert errors == []
    context.close()
