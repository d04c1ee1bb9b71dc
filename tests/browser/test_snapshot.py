"""The memory of a started Python is kept: a later page's first Run begins with it, and one that is spoilt does no harm."""

from collections.abc import Iterator

import pytest
from live_page import COURSE, run, write
from playwright.sync_api import Browser, BrowserContext, Page, expect

FIRST, LEAKS = COURSE.lesson("why_pooling").url, COURSE.lesson("leaks").url
# The answer that is kept of the snapshot, once it is there.
KEPT = """async () => {
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) {
        if (url.endsWith("/snapshot")) return [name, url];
    }
    return null;
}"""
UNTIL_KEPT = """async kept => {
    for (let tries = 0; !(await eval(kept)()); tries += 1) {
        if (tries > 600) throw new Error("it was not kept");
        await new Promise(later => setTimeout(later, 100));
    }
}"""
SPOIL = """async ([name, url]) => (await caches.open(name)).put(url, new Response(new Uint8Array(1_000_000).fill(7)))"""
IMPORTED = "import sys, random\nprint('sqlalchemy.orm' in sys.modules, random.random())"


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Give a browser profile in which Python ran once, and its memory is kept."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    page.goto(address + FIRST, wait_until="networkidle")
    assert run(page, 0)[0] == "Done."
    page.evaluate(UNTIL_KEPT, KEPT)
    page.close()
    yield context
    context.close()


def opened(reader: BrowserContext, address: str) -> Page:
    """Open a page in that profile."""
    page = reader.new_page()
    page.goto(address, wait_until="networkidle")
    return page


@pytest.mark.timeout(240)
def test_a_later_page_begins_with_what_was_kept(reader: BrowserContext, address: str) -> None:
    """SQLAlchemy is imported before a cell asks for it, random numbers are new, and the lesson's cells do what they say."""
    drawn = set()
    for _ in range(2):
        page = opened(reader, address + LEAKS)
        write(page, 0, IMPORTED)
        imported, number = run(page, 0)[1].split()
        assert imported == "True"
        drawn.add(number)
        page.locator(".ps-live").first.locator("button[data-do=reset]").click()
        expect(page.locator(".ps-live").first.locator(".ps-live-status")).to_contain_text("Code reset")
        assert "call 6 failed" in run(page, 0)[1]
        page.close()
    assert len(drawn) == 2


@pytest.mark.timeout(240)
def test_a_spoilt_one_is_thrown_away(reader: BrowserContext, address: str) -> None:
    """Where the kept memory cannot be used, Python starts as without it, and it is kept no more."""
    page = opened(reader, address + FIRST)
    page.evaluate(SPOIL, page.evaluate(KEPT))
    assert run(page, 0) == ("Done.", "QueuePool\nFalse True\n")
    page.close()
