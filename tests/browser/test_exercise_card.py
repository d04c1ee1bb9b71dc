"""An exercise solved in the page: by keyboard, kept, renewed, and ended when it does not end by itself."""

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import axe
from live_page import COURSE, LITTLE_MEMORY, PATIENCE, press, run, write
from playwright.sync_api import Browser, Route, expect


def test_an_exercise_is_solved_by_keyboard_and_kept(browser: Browser, address: str) -> None:
    """Opened, answered, checked, reloaded: the answer and its verdicts are there again, and the solution opens."""
    lesson = COURSE.lesson("why_pooling")
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(LITTLE_MEMORY)
    page = context.new_page()
    page.goto(address + lesson.url)
    card = page.locator(".ps-exercise")
    expect(card.locator(".ps-solution")).to_be_hidden()
    card.get_by_role("button", name="Solve it here").focus()
    page.keyboard.press("Enter")
    expect(card.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+Enter")
    first_open = card.locator(".ps-verdict-words")
    expect(first_open).to_contain_text("make_engine(url)", timeout=PATIENCE)
    expect(card.locator(".ps-live-status")).to_contain_text("0 of 3 tasks pass")
    expect(card.locator(".ps-solution")).to_be_hidden()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(lesson.solution.read_text(encoding="utf-8"))
    page.keyboard.press("Control+Enter")
    expect(card.locator(".ps-live-status")).to_have_text("All 3 tasks pass.", timeout=PATIENCE)
    expect(card.locator(".ps-solution")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Check", exact=True)).to_be_focused()

    page.reload()
    expect(card.locator(".ps-success")).to_contain_text("All 3 tasks pass.")
    expect(card.locator(".ps-success a")).to_have_text("Next lesson: The cost of connecting")
    card.get_by_role("button", name="Go on with your answer").click()
    expect(card.locator(".ps-verdicts li[data-status=passed]")).to_have_count(3)
    assert "with engine" in card.locator(".cm-content").inner_text()
    with page.expect_download() as download:
        card.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "l01_why_pooling.py"
    assert Path(download.value.path()).read_text(encoding="utf-8") == lesson.solution.read_text(encoding="utf-8")
    context.close()


def test_a_changed_stub_is_offered_and_nothing_lost(browser: Browser, address: str, tmp_path: Path) -> None:
    """Who began with an older stub keeps their text; a file can be loaded in place of it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + COURSE.lesson("why_pooling").url)
    mine = {"text": "mine = 1\n", "stub": "an older stub", "tries": 3, "verdicts": []}
    page.evaluate("kept => localStorage.setItem('poolschool/exercise/why_pooling', JSON.stringify(kept))", mine)
    page.reload()
    card = page.locator(".ps-exercise")
    expect(card.locator(".ps-solution")).to_be_visible()
    card.get_by_role("button", name="Go on with your answer").click()
    expect(card).to_contain_text("This exercise was changed since you began.")
    assert "mine = 1" in card.locator(".cm-content").inner_text()
    answer = tmp_path / "l01_why_pooling.py"
    answer.write_text("print('from a file')\n", encoding="utf-8")
    card.locator("input[type=file]").set_input_files(answer)
    expect(card.locator(".cm-content")).to_contain_text("from a file")
    with page.expect_download() as download:
        card.get_by_role("button", name="Begin with the new starter code").click()
    assert "from a file" in Path(download.value.path()).read_text(encoding="utf-8")
    expect(card.locator(".cm-content")).to_contain_text("TODO")
    context.close()


LOOP = "\n\ndef make_engine(database_url):\n    while True:\n        pass\n"
SLEEP = "\n\ndef make_engine(database_url):\n    import time\n    time.sleep(1000)\n"


def hurried(checker: str, seconds: float) -> str:
    """Keep the first two tasks of a checker and give them another time limit."""
    tree = ast.parse(checker)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.task":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "seconds"]
            node.keywords.append(ast.keyword("seconds", ast.Constant(seconds)))
    tree.body = [node for node in tree.body if not re.search(r"mark\.task\([3-9]", ast.unparse(node))]
    return ast.unparse(tree)


def hurry(route: Route) -> None:
    """Answer with a lesson's page whose exercise has time limits of one second."""
    answer = route.fetch()
    before, opening, rest = answer.text().partition('<script type="application/json" class="ps-exercise-data">')
    data, closing, after = rest.partition("</script>")
    exercise = json.loads(data)
    exercise["checker"] = hurried(exercise["checker"], seconds=1)
    route.fulfill(
        response=answer, body=before + opening + json.dumps(exercise).replace("<", "\\u003c") + closing + after
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("harm", "where"), [(LOOP, "still at line"), (SLEEP, "no end after")], ids=["loop", "sleep"])
def test_what_never_ends_becomes_a_verdict(browser: Browser, address: str, harm: str, where: str) -> None:
    """A loop and a wait without end are failed tasks after their time, and the other tasks are judged all the same."""
    lesson = COURSE.lesson("why_pooling")
    context = browser.new_context()
    context.add_init_script(LITTLE_MEMORY)
    page = context.new_page()
    page.route(address + lesson.url, hurry)
    text = lesson.solution.read_text(encoding="utf-8") + harm
    kept = {"text": text, "stub": lesson.stub.read_text(encoding="utf-8"), "tries": 0, "verdicts": []}
    page.add_init_script(f"localStorage.setItem('poolschool/exercise/why_pooling', {json.dumps(json.dumps(kept))})")
    page.goto(address + lesson.url)
    card = page.locator(".ps-exercise")
    card.get_by_role("button", name="Go on with your answer").click()
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.locator(".ps-verdict-words")).to_contain_text(where, timeout=PATIENCE)
    expect(card.locator(".ps-verdict-words")).to_contain_text("after 1 s")
    expect(card.locator(".ps-verdict-words")).to_contain_text("A loop that never ends, or a wait")
    for number in range(2):  # for each that did not end, Python is started anew
        expect(card.locator(".ps-verdicts li").nth(number)).to_be_visible(timeout=PATIENCE)
    context.close()


def test_what_needs_postgresql_says_so(open_page: Callable) -> None:
    """The PostgreSQL lesson offers no place to solve it and names the terminal."""
    card = open_page(COURSE.lesson("cost_of_connecting").url).page.locator(".ps-exercise")
    assert card.get_by_role("button", name="Solve it here").count() == 0
    assert "It needs a real PostgreSQL" in card.inner_text()
    assert "pytest exercises -k cost_of_connecting" in card.inner_text()


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)], ids=["light phone", "dark desktop"])
def test_axe_finds_nothing_in_what_python_adds(open_page: Callable, scheme: str, width: int) -> None:
    """Output, window, editor and verdicts are accessible, no wider than a phone, and say nothing on the console."""
    opened = open_page(COURSE.lesson("why_pooling").url, width=width, scheme=scheme, watched=True)
    page = opened.page
    run(page, 4)
    write(page, 5, "1 / 0")
    run(page, 5)
    card = page.locator(".ps-exercise")
    press(card.get_by_role("button", name="Solve it here"))
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.locator(".ps-verdict-words")).to_be_visible(timeout=PATIENCE)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.errors == []
    assert opened.foreign == []
