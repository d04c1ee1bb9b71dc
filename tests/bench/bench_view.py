"""How smoothly do the simulator and the figures move? Frames per second, with 200 shoppers and two pools; run it as a program.

    python tests/bench/bench_view.py [SECONDS]

Opens the built page in Chromium, lets the simulator run in real time, and gives frames per second and the longest gap
between two frames, beside those of the same page at rest (target: 60 a second, or what the page at rest reaches). The same
of each lesson's figure while it plays by itself.
"""

from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright
from rows import Row, program
from served_site import ROOT, build_and_serve, chromium

from poolschool.course.lessons import load_course

SETTINGS = "scenario=why_pooling&shoppers=200&think=100&pool_size=20&max_overflow=20&compare=1&pool_size_b=60&speed=1"
RUSH = 4  # seconds that a figure plays by itself
FRAMES = """seconds => new Promise(done => {
    const times = [];
    const note = now => {
        times.push(now);
        if (now - times[0] < seconds * 1000) requestAnimationFrame(note);
        else done([(times.length - 1) / (now - times[0]) * 1000, Math.max(...times.slice(1).map((one, n) => one - times[n]))]);
    };
    requestAnimationFrame(note);
})"""


def figure_rows(browser: Browser, address: str) -> Iterator[Row]:
    """Count the frames of the rush that each lesson's figure plays on sight."""
    for lesson in load_course(ROOT).lessons:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address + lesson.url, wait_until="networkidle")
        figure = page.locator("figure[data-alive=yes]").first
        name = figure.get_attribute("data-pool")
        figure.scroll_into_view_if_needed()
        rate, gap = page.evaluate(FRAMES, RUSH)
        yield Row(f"figure {name}", rate, "frames/s", "60, or as at rest")
        yield Row(f"figure {name}: longest gap", gap, "ms")
        page.close()


def rows(seconds: int = 5) -> Iterator[Row]:
    """Count the frames of so many seconds, at rest and running."""
    program = chromium()
    with build_and_serve() as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"{address}reference/simulator/#{SETTINGS}", wait_until="networkidle")
        page.locator("figure[data-alive=yes]").scroll_into_view_if_needed()
        for state in ("at rest", "running"):
            if state == "running":
                page.locator("[data-do=play]").click()
            rate, gap = page.evaluate(FRAMES, seconds)
            yield Row(f"simulator {state}", rate, "frames/s", "60, or as at rest" if state == "running" else "")
            yield Row(f"simulator {state}: longest gap", gap, "ms")
        page.close()
        yield from figure_rows(browser, address)
        browser.close()


if __name__ == "__main__":
    program(rows, 5)
