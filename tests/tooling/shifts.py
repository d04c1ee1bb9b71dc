"""What moved on a page by itself: its layout shifts, as Chromium counts them."""

from playwright.sync_api import Page

SHIFTS = """([milliseconds, buffered]) => new Promise(done => {
    const all = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => all.push(
        [entry.value, ...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 200) ?? String(node))])))
        .observe({ type: 'layout-shift', buffered });
    setTimeout(() => done(all), milliseconds);
})"""


def shifts(page: Page, milliseconds: int = 200, *, buffered: bool = True) -> list[list[object]]:
    """Look for so many milliseconds; give each time how much moved, and what.

    `buffered` counts from the beginning of the load, else from now on.
    """
    found: list[list[object]] = page.evaluate(SHIFTS, [milliseconds, buffered])
    return found
