"""Offline after one visit: the site is kept whole, Python once it was used; a new build replaces the old one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

FIRST, SECOND = "p1_why/l01_why_pooling/", "p2_how/l04_engine_and_pool/"
WAIT = """async holds => {
    for (let tries = 0; !(await eval(holds)()); tries += 1) {
        if (tries > 600) throw new Error("it did not happen");
        await new Promise(later => setTimeout(later, 100));
    }
}"""
KEPT = "() => caches.match(new URL('/sw-whole', location.href).href)"
ALONE = """async () => {
    const names = (await caches.keys()).filter(name => name.includes(" site "));
    return names.length === 1 && !names[0].endsWith("000000000000");
}"""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser profile in which service workers may work."""
    context = browser.new_context(reduced_motion="reduce")
    yield context
    context.close()


def visit(visitor: BrowserContext, address: str) -> Page:
    """Visit a page with a network, until the site is kept."""
    page = visitor.new_page()
    page.goto(address)
    page.evaluate(WAIT, KEPT)
    page.reload(wait_until="networkidle")  # from now on the service worker answers
    return page


def test_every_page_opens_without_a_network(visitor: BrowserContext, address: str, built: Path) -> None:
    """After one visit to one page all pages open offline, with styles, figures, quizzes, the editor and the search."""
    page = visit(visitor, address + FIRST)
    visitor.set_offline(True)
    for file in sorted(built.rglob("index.html")):
        path = file.parent.relative_to(built).as_posix().removeprefix(".")
        answer = page.goto(f"{address}{path}/" if path else address)
        assert answer is not None, path
        assert answer.ok, path
    page.goto(address + SECOND)
    expect(page.locator("[data-alive=yes]")).to_be_visible()
    page.locator(".ps-exercise button[data-do=open]").click()
    expect(page.locator(".ps-exercise .cm-content")).to_be_visible()
    page.locator(".ps-find").click()
    page.locator(".ps-search-field").fill("max_overflow")
    expect(page.locator(".ps-search-results a").first).to_be_visible()


@pytest.mark.timeout(240)
def test_python_runs_on_another_page_with_the_cable_pulled(visitor: BrowserContext, address: str) -> None:
    """Once Python was used on one page, a cell of another lesson runs offline."""
    page = visit(visitor, address + FIRST)
    run = page.locator(".ps-live button[data-do=run]").first
    run.click()
    expect(page.locator(".ps-live-out").first).not_to_be_empty(timeout=120_000)
    visitor.set_offline(True)
    page.goto(address + SECOND)
    page.locator(".ps-live button[data-do=run]").first.click()
    expect(page.locator(".ps-live-out").first).not_to_be_empty(timeout=120_000)


def test_a_new_build_replaces_the_old_one(visitor: BrowserContext, address: str) -> None:
    """What is kept of another build is gone when the present one is kept; with a network the page is always the newest."""
    page = visit(visitor, address)
    page.evaluate(
        """async () => {
            const [old] = (await caches.keys()).filter(name => name.includes(" site "));
            const cache = await caches.open(old.replace(/site .*/, "site 000000000000"));
            await cache.put(location.href, new Response("an old build"));
            await cache.put(new URL("/sw-whole", location.href), new Response("old"));
            await caches.delete(old);
        }"""
    )
    page.reload()
    expect(page.locator("h1")).to_contain_text("Break a pool")
    page.evaluate(WAIT, ALONE)
