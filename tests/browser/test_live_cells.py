"""Live cells: what the page promises is printed, runs can be stopped, and errors and floods are borne."""

import re
from collections.abc import Callable

import pytest
from live_page import COURSE, PATIENCE, run, write
from playwright.sync_api import Browser, Page, expect

from poolschool.site.source import PageSource

pytestmark = pytest.mark.together  # one reader's Python is kept for all pages
LIVE = {
    lesson.topic: PageSource(lesson.page, lesson.page.read_text(encoding="utf-8")).live for lesson in COURSE.lessons
}


def promised(code: str) -> list[str]:
    """Give the lines that a fence says it prints: behind `#>`, and in strings that stand by themselves below a print."""
    lines: list[str] = []
    inside = False
    for line in map(str.strip, code.splitlines()):
        if line == '"""':
            inside = not inside
        elif inside:
            lines.append(line)
        elif line.startswith("#>"):
            lines.append(line.removeprefix("#>"))
    return lines


def squeezed(text: str) -> str:
    """Leave out what the formatting of long outputs changes: blanks, line ends, trailing commas."""
    return re.sub(r",(?=[\])}])", "", re.sub(r"\s+", "", text))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("topic", [topic for topic, cells in LIVE.items() if cells])
def test_every_live_cell_prints_what_it_says(come_back: Callable, topic: str) -> None:
    """Each live cell, run in order, prints in the page what stands behind its `#>`, and ends without an error."""
    page = come_back(COURSE.lesson(topic).url)
    for number, (line, code) in enumerate(LIVE[topic]):
        status, printed = run(page, number)
        assert status.startswith("Done"), (line, printed)
        # A print in a loop has all its lines below it, whatever another print says in between.
        assert sorted(map(squeezed, printed.splitlines())) == sorted(map(squeezed, promised(code))), line


def test_most_cells_are_live() -> None:
    """What a page cannot run is the exception: this file would else test nothing."""
    assert sum(map(len, LIVE.values())) >= 25


@pytest.fixture
def lesson_page(come_back: Callable) -> Page:
    """Open the first lesson."""
    return come_back(COURSE.lesson("why_pooling").url)


def test_stop_always_stops(lesson_page: Page) -> None:
    """A loop without end is stopped, the page answers meanwhile, and the next Run works again."""
    page = lesson_page
    write(page, 0, "print('begun')\nwhile True:\n    pass\n")
    cell = page.locator(".ps-live").first
    cell.locator("button[data-do=run]").click()
    expect(cell.locator(".ps-live-out")).to_have_text(re.compile("begun"), timeout=PATIENCE)
    assert page.evaluate("new Promise(done => requestAnimationFrame(() => done(true)))")
    cell.locator("button[data-do=stop]").click()
    expect(cell.locator(".ps-live-status")).to_have_text(re.compile("^Stopped"))
    cell.locator("button[data-do=reset]").click()
    assert run(page, 0) == ("Done.", "QueuePool\nFalse True\n")


def test_a_cell_runs_those_above_it_first(lesson_page: Page) -> None:
    """A cell that builds on others has them run before, in order."""
    _, code = LIVE["why_pooling"][2]
    assert run(lesson_page, 2) == ("Done.", "".join(f"{line.strip()}\n" for line in promised(code)))
    assert lesson_page.locator(".ps-live").nth(0).locator(".ps-live-status").inner_text() == "Done."


def test_values_awaits_errors_and_floods(lesson_page: Page) -> None:
    """The last value is shown, `await` works, an error shows the reader's lines, 10 MB of output are borne, HTML is text."""
    page = lesson_page
    out = page.locator(".ps-live").first.locator(".ps-live-out")
    write(page, 0, "import asyncio\nawait asyncio.sleep(0.01)\n'<b>bold</b>' * 2")
    run(page, 0)
    expect(out).to_have_text("'<b>bold</b><b>bold</b>'\n")
    write(page, 0, "def sell(lamp):\n    return 1 / lamp\n\nsell(0)")
    assert run(page, 0)[0] == "It ended with an error."
    error = out.inner_text()
    assert 'File "<cell 2>", line 4, in <module>' in error
    assert "return 1 / lamp" in error
    assert error.strip().endswith("ZeroDivisionError: division by zero")
    write(
        page,
        0,
        "from sqlalchemy import create_engine, text\ncreate_engine('sqlite://').connect().execute(text('nonsense'))",
    )
    run(page, 0)
    assert "site-packages" not in out.inner_text()
    assert "/lib/" not in out.inner_text()
    assert 'near "nonsense": syntax error' in out.inner_text()
    write(page, 0, "for number in range(100_000):\n    print('x' * 100)")
    assert run(page, 0)[0] == "Done."
    assert len(out.inner_text()) < 120_000
    assert "more characters, which are not shown" in out.inner_text()
    write(page, 0, "def broken(:\n")
    assert run(page, 0)[0] == "It ended with an error."
    assert "SyntaxError" in out.inner_text()


def test_output_appears_as_it_is_printed(lesson_page: Page) -> None:
    """A line stands in the page before the code that printed it has ended."""
    page = lesson_page
    run(page, 0)
    write(page, 0, "import time\nprint('first')\ntime.sleep(3)\nprint('second')")
    cell = page.locator(".ps-live").first
    cell.locator("button[data-do=run]").click()
    expect(cell.locator(".ps-live-out")).to_have_text("first\n")
    assert cell.get_attribute("data-running") is not None
    expect(cell.locator(".ps-live-out")).to_have_text("first\nsecond\n")


def test_the_window_shows_loans_and_leaks(come_back: Callable) -> None:
    """The pool stands beside its code: what was returned is idle, what was forgotten stays red, and the words say both."""
    page = come_back(COURSE.lesson("leaks").url)
    run(page, 0)
    window = page.locator(".ps-live").first.locator(".ps-window")
    expect(window.locator(".ps-window-title")).to_have_text("Pool 1: QueuePool, keeps 5, opens at most 5")
    assert window.locator("[data-state=left]").count() == 5
    assert "5 opened, 0 closed, 6 loans, 1 gave up. 5 not returned when the code ended." in window.inner_text()
    page = come_back(COURSE.lesson("engine_and_pool").url)
    run(page, 0)
    window = page.locator(".ps-live").first.locator(".ps-window")
    assert window.locator("[data-overflow]").count() == 2
    run(page, 1)
    log = page.locator(".ps-live").nth(1).locator(".ps-window-log li").all_text_contents()
    assert log[:2] == ["Pool 1: connection 8 opened", "Pool 1: connection 8 checked out"]
    assert any("gave up waiting" in line for line in log)


ENDLESS = "print('begun')\nwhile True:\n    pass\n"


def test_a_check_says_what_it_waits_for_and_is_stopped_alone(lesson_page: Page) -> None:
    """While a cell runs, Check names it; Stop beside Check ends the wait only; Stop of the cell lets a check go on."""
    page = lesson_page
    card = page.locator(".ps-exercise")
    card.get_by_role("button", name="Solve it here").click()
    write(page, 0, ENDLESS)
    cell = page.locator(".ps-live").first
    cell.locator("button[data-do=run]").click()
    expect(cell.locator(".ps-live-out")).to_have_text("begun\n", timeout=PATIENCE)
    check, status = card.get_by_role("button", name="Check", exact=True), card.locator(".ps-live-status")
    check.click()
    expect(status).to_have_text("Waiting for cell 1, which is running. Stop ends the wait.")
    card.get_by_role("button", name="Stop the check").click()
    expect(status).to_have_text("Stopped. Nothing was judged.")
    expect(card.get_by_role("button", name="Stop the check")).to_be_focused()
    assert cell.get_attribute("data-running") is not None
    check.click()
    expect(status).to_contain_text("Waiting for cell 1")
    cell.locator("button[data-do=stop]").click()
    expect(status).to_contain_text("0 of 3 tasks pass", timeout=PATIENCE)


def test_a_later_cell_mirrors_the_run_of_those_above_and_stops_it(lesson_page: Page) -> None:
    """Run on the third cell tells how the first goes, Ctrl-Enter meanwhile queues nothing, and its own Stop ends both."""
    page = lesson_page
    write(page, 0, ENDLESS)
    first, third = page.locator(".ps-live").nth(0), page.locator(".ps-live").nth(2)
    third.locator("button[data-do=run]").click()
    expect(third.locator(".ps-live-status")).to_have_text("Running cell 1 first. Running …", timeout=PATIENCE)
    expect(first.locator(".ps-live-out")).to_have_text("begun\n", timeout=PATIENCE)
    for _ in range(3):
        first.locator(".cm-content").press("Control+Enter")
    third.locator("button[data-do=stop]").click()
    expect(third.locator(".ps-live-status")).to_contain_text("Stopped, while cell 1 ran.")
    expect(first.locator(".ps-live-status")).to_contain_text("Stopped.")
    expect(third.locator("button[data-do=stop]")).to_be_focused()
    for cell in (first, third):
        assert cell.get_attribute("data-running") is None
    first.locator("button[data-do=reset]").click()
    assert run(page, 0) == ("Done.", "QueuePool\nFalse True\n")


def test_an_edit_survives_a_reload(lesson_page: Page) -> None:
    """What was written into a cell is there again, and Reset brings back what the page issues."""
    page = lesson_page
    write(page, 0, "print('mine')")
    page.reload(wait_until="networkidle")
    assert run(page, 0) == ("Done.", "mine\n")
    page.locator(".ps-live").first.locator("button[data-do=reset]").click()
    page.reload(wait_until="networkidle")
    expect(page.locator(".ps-live").first.locator(".cm-content")).to_have_count(0)


def test_without_scripts_no_button_is_shown(open_page: Callable) -> None:
    """Without JavaScript the code and what it prints are there to read, and no button that does nothing."""
    page = open_page(COURSE.lesson("why_pooling").url, scripts=False).page
    assert not page.locator(".ps-live-bar").first.is_visible()
    assert page.locator(".ps-exercise summary", has_text="worked solution").is_visible()
    assert "#> QueuePool" in page.locator(".ps-live").first.inner_text()


def test_without_webassembly_no_button_is_shown(browser: Browser, address: str) -> None:
    """A browser that cannot run Python shows the code as a page without scripts does."""
    context = browser.new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    page = context.new_page()
    page.goto(address + COURSE.lesson("leaks").url, wait_until="networkidle")
    expect(page.locator(".ps-live-bar:visible")).to_have_count(0)
    assert "#> call 6 failed" in page.locator(".ps-live").first.text_content()
    context.close()
