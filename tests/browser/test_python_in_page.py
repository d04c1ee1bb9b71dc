"""Python in the page is the Python of the terminal: same output, same verdicts, same words, in a real Chromium."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from kept_answers import compose
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser, Locator, Page, expect

from poolschool.course.lessons import Lesson, find_root, load_course
from poolschool.grading.grader import Grader
from poolschool.site.runs_in_page import needs, proof_needs
from poolschool.site.serve import site_app
from poolschool.site.source import PageSource

ROOT = find_root(Path(__file__).parent)
KEPT = ROOT / "tests" / "content"
COURSE = load_course(ROOT)
LIVE = {
    lesson.topic: PageSource(lesson.page, lesson.page.read_text(encoding="utf-8")).live for lesson in COURSE.lessons
}
HERE = [
    lesson for lesson in COURSE.lessons if lesson.has_exercise and not needs(lesson.checker.read_text(encoding="utf-8"))
]
PROOFS = [
    (lesson, question)
    for lesson in COURSE.lessons
    for question, lacks in proof_needs(lesson.proof).items()
    if not lacks
]
PATIENCE = 60_000  # milliseconds; the first Python of a browser compiles everything
ENDED = "cell => !cell.hasAttribute('data-running') && /^(Done|It ended|Stopped)/.test(cell.querySelector('.ps-live-status')?.textContent)"
ASK = """async ([order, argument, text]) => {
  const { ask } = await import(new URL('assets/live/python.js', location.origin + '/'));
  return await ask(order, { argument: JSON.stringify(argument), text });
}"""


@pytest.fixture(scope="module")
def python(browser: Browser, address: str) -> Iterator[Page]:
    """Open one page and keep its Python for all that asks it directly."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}reference/glossary/")
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def press(button: Locator) -> None:
    """Press a button as a reader does: once it stands still. A phone lays out what is near only after the jump there."""
    button.scroll_into_view_if_needed()
    button.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    button.click()


def run(page: Page, number: int) -> tuple[str, str]:
    """Press Run of a live cell; give its status and what it printed."""
    cell = page.locator(".ps-live").nth(number)
    press(cell.locator("button[data-do=run]"))
    page.wait_for_function(ENDED, arg=cell.element_handle(), timeout=PATIENCE)
    printed = cell.locator(".ps-live-out").evaluate(
        "out => [...out.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('')"
    )
    return cell.locator(".ps-live-status").inner_text(), printed


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
def test_every_live_cell_prints_what_it_says(open_page: Callable, topic: str) -> None:
    """Each live cell, run in order, prints in the page what stands behind its `#>`, and ends without an error."""
    page = open_page(COURSE.lesson(topic).url).page
    for number, (line, code) in enumerate(LIVE[topic]):
        status, printed = run(page, number)
        assert status.startswith("Done"), (line, printed)
        # A print in a loop has all its lines below it, whatever another print says in between.
        assert sorted(map(squeezed, printed.splitlines())) == sorted(map(squeezed, promised(code))), line


@lru_cache(maxsize=1)
def grader() -> Grader:
    """Keep one warm grader for all lessons."""
    return Grader()


def verdicts_here(page: Page, lesson: Lesson, learner: str) -> list[dict[str, object]]:
    """Grade a text in the page."""
    checker = lesson.checker.read_text(encoding="utf-8")
    order = {"stem": lesson.stem, "checker": checker, "learner": learner, "done": []}
    return page.evaluate(ASK, ["grade", order, f"{checker}\n{learner}"])


def kept(kind: str) -> list[object]:
    """List the kept submissions of one kind as test parameters."""
    return [
        pytest.param(lesson, path, id=f"{lesson.topic}-{path.stem}")
        for lesson in HERE
        for path in sorted((KEPT / kind / lesson.stem).glob("*.py"))
    ]


def told(verdict: dict[str, object]) -> dict[str, object]:
    """Give what a learner reads of a verdict; times, folders and lines of Python's own library differ between two Pythons."""
    told = {name: value for name, value in verdict.items() if name not in ("seconds", "trace")}
    if "too far out" in str(told["hint"]):  # the outermost frames are the grader's own
        del told["got"]
    text = re.sub(r"(/[\w.-]+)*/poolschool-\w+", "FOLDER", json.dumps(told))
    return json.loads(re.sub(r"(contextlib\.py):\d+", r"\1:LINE", text))


@pytest.mark.parametrize("lesson", HERE, ids=[lesson.topic for lesson in HERE])
def test_a_stub_is_open_and_a_solution_passes(python: Page, lesson: Lesson) -> None:
    """In the page no task of the stub passes, and every task of the worked solution."""
    stub = verdicts_here(python, lesson, lesson.stub.read_text(encoding="utf-8"))
    assert {verdict["status"] for verdict in stub} <= {"failed", "blocked"}
    solution = verdicts_here(python, lesson, lesson.solution.read_text(encoding="utf-8"))
    assert {verdict["status"] for verdict in solution} == {"passed"}, solution


@pytest.mark.parametrize(("lesson", "path"), [*kept("wrong"), *kept("right")])
def test_the_page_judges_as_the_terminal_does(python: Page, tmp_path: Path, lesson: Lesson, path: Path) -> None:
    """Each kept answer gets the same verdict, in the same words, in the page and in the terminal."""
    (tmp_path / lesson.part).mkdir()
    learner = compose(path, lesson.solution)
    (tmp_path / f"{lesson.stem}.py").write_text(learner, encoding="utf-8")
    terminal = [asdict(verdict) for verdict in grader().grade(lesson, tmp_path).verdicts]
    assert list(map(told, verdicts_here(python, lesson, learner))) == list(map(told, terminal))


MISHAPS = {
    "a syntax error": "def make_engine(:\n",
    "an empty file": "",
    "a name that is gone": "def make_engin(database_url):\n    pass\n",
    "an end at import": "import sys\nsys.exit(3)\n",
    "an end in a task": "import sys\n\ndef make_engine(database_url):\n    sys.exit('enough')\n",
    "a module that is not there": "import nowhere_to_be_found\n",
    "a question": "def make_engine(database_url):\n    return input('which? ')\n",
    "a flood": "def make_engine(database_url):\n    while True:\n        print('x' * 1000)\n",
    "a recursion": "def make_engine(database_url):\n    return make_engine(database_url)\n",
    "an interrupt": "def make_engine(database_url):\n    raise KeyboardInterrupt\n",
    "another signature": "def make_engine():\n    pass\n",
    "half a surrogate": "def make_engine(database_url):\n    print('\\ud800')\n    raise ValueError('\\ud800')\n",
    "nothing but nonsense": "42 is the answer to <b>everything</b>\n",
}


@pytest.mark.parametrize("learner", MISHAPS.values(), ids=MISHAPS)
def test_mishaps_are_told_as_in_the_terminal(python: Page, tmp_path: Path, learner: str) -> None:
    """What goes wrong before or beside the answer is told in the page in the terminal's words."""
    lesson = COURSE.lesson("why_pooling")
    (tmp_path / lesson.part).mkdir()
    (tmp_path / f"{lesson.stem}.py").write_text(learner, encoding="utf-8")
    terminal = [asdict(verdict) for verdict in grader().grade(lesson, tmp_path).verdicts]
    assert list(map(told, verdicts_here(python, lesson, learner))) == list(map(told, terminal))


@pytest.mark.parametrize(
    ("lesson", "question"), PROOFS, ids=[f"{lesson.topic}.{question}" for lesson, question in PROOFS]
)
def test_a_proof_holds_in_the_page(python: Page, lesson: Lesson, question: str) -> None:
    """Each proof that a page offers to run passes there."""
    conftest = (ROOT / "quizzes" / "conftest.py").read_text(encoding="utf-8")
    proofs = lesson.proof.read_text(encoding="utf-8")
    order = {"stem": lesson.stem, "proofs": proofs, "conftest": conftest, "question": question}
    outcome = python.evaluate(ASK, ["prove", order, f"{proofs} import pytest"])
    assert outcome["passed"], outcome["error"]


def test_most_proofs_and_exercises_run_in_the_page() -> None:
    """What a page cannot run is the exception: this file would else test nothing."""
    assert len(HERE) >= 3
    assert len(PROOFS) >= 12
    assert sum(map(len, LIVE.values())) >= 25


def test_the_libraries_are_those_of_the_lock(built: Path) -> None:
    """Each library in the page has the version that .ci/requirements.lock pins for the terminal."""
    manifest = json.loads((built / "assets/python/manifest.json").read_text(encoding="utf-8"))
    lock = (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", lock, re.MULTILINE))
    assert {name: pinned[canonicalize_name(name)] for name in manifest["versions"]} == manifest["versions"]
    assert {"sqlalchemy", "fastapi", "pydantic_core", "pytest"} <= set(manifest["versions"])


@pytest.fixture
def served(built: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve the site once more; give its address and a list that grows by each path that a browser asks for."""
    asked: list[str] = []
    site = site_app(built)

    async def noting(scope, receive, send) -> None:
        asked.append(scope["path"])
        await site(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(noting, port=0, log_level="error", lifespan="off"))
    listener = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", asked
    server.should_exit = True
    thread.join(10)
    listener.close()


def test_nothing_is_fetched_before_it_is_asked_for_and_twice_never(
    browser: Browser, served: tuple[str, list[str]]
) -> None:
    """A page fetches no Python by itself; the first Run does, with bytes told; a second page takes it from the cache."""
    address, asked = served
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + COURSE.lesson("why_pooling").url, wait_until="networkidle")
    assert not [path for path in asked if "/python/" in path]
    page.evaluate("""() => {
      window.said = [];
      const note = () => window.said.push(document.querySelector('.ps-live-status')?.textContent ?? '');
      new MutationObserver(note).observe(
        document.querySelector('.ps-live'), { subtree: true, childList: true, characterData: true });
    }""")
    assert run(page, 0)[0] == "Done."
    assert any(re.match(r"Fetching Python: [\d.]+ of [\d.]+ MB", said) for said in page.evaluate("window.said"))
    fetched = [path for path in asked if "/python/" in path]
    assert any(path.endswith("pyodide.asm.wasm") for path in fetched)
    assert not any(path.endswith(("fastapi.zip", "pytest.zip", "editor.js")) for path in fetched)
    second = context.new_page()
    second.goto(address + COURSE.lesson("leaks").url)
    asked.clear()
    assert run(second, 0)[0] == "Done."
    assert [path for path in asked if "/python/" in path] == ["/assets/python/manifest.json"]
    context.close()


@pytest.fixture
def lesson_page(open_page: Callable) -> Page:
    """Open the first lesson."""
    return open_page(COURSE.lesson("why_pooling").url).page


def write(page: Page, number: int, code: str) -> None:
    """Replace the code of a live cell in its editor."""
    cell = page.locator(".ps-live").nth(number)
    if cell.locator("button[data-do=edit]").is_enabled():
        cell.locator("button[data-do=edit]").click()
    cell.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


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
    assert run(lesson_page, 2) == ("Done.", "1 connection opened for 100 searches\n")
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


def test_the_window_shows_loans_and_leaks(open_page: Callable) -> None:
    """The pool stands beside its code: what came back is idle, what was forgotten stays red, and the words say both."""
    page = open_page(COURSE.lesson("leaks").url).page
    run(page, 0)
    window = page.locator(".ps-live").first.locator(".ps-window")
    expect(window.locator(".ps-window-title")).to_have_text("Pool 1: QueuePool, keeps 5, opens at most 5")
    assert window.locator("[data-state=left]").count() == 5
    assert "5 opened, 0 closed, 6 loans, 1 gave up. 5 still out when the code had ended." in window.inner_text()
    page = open_page(COURSE.lesson("engine_and_pool").url).page
    run(page, 0)
    window = page.locator(".ps-live").first.locator(".ps-window")
    assert window.locator("[data-overflow]").count() == 2
    run(page, 1)
    log = page.locator(".ps-live").nth(1).locator(".ps-window-log li").all_text_contents()
    assert log[:2] == ["Pool 1: connection 8 opened", "Pool 1: connection 8 lent"]
    assert any("gave up waiting" in line for line in log)


def test_an_exercise_is_solved_by_keyboard_and_kept(browser: Browser, address: str) -> None:
    """Opened, answered, checked, reloaded: the answer and its verdicts are there again, and the solution opens."""
    lesson = COURSE.lesson("why_pooling")
    context = browser.new_context(reduced_motion="reduce")
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
    expect(card.get_by_role("button", name="Check")).to_be_focused()

    page.reload()
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
        card.get_by_role("button", name="Begin with the new stub").click()
    assert "from a file" in Path(download.value.path()).read_text(encoding="utf-8")
    expect(card.locator(".cm-content")).to_contain_text("TODO")
    context.close()


LOOP = "\n\ndef make_engine(database_url):\n    while True:\n        pass\n"
SLEEP = "\n\ndef make_engine(database_url):\n    import time\n    time.sleep(1000)\n"


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("harm", "where"), [(LOOP, "still at line"), (SLEEP, "no end after")], ids=["loop", "sleep"])
def test_what_never_ends_becomes_a_verdict(browser: Browser, address: str, harm: str, where: str) -> None:
    """A loop and a wait without end are failed tasks after their time, and the other tasks are judged all the same."""
    lesson = COURSE.lesson("why_pooling")
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + lesson.url)
    text = lesson.solution.read_text(encoding="utf-8") + harm
    kept = {"text": text, "stub": lesson.stub.read_text(encoding="utf-8"), "tries": 0, "verdicts": []}
    page.evaluate("kept => localStorage.setItem('poolschool/exercise/why_pooling', JSON.stringify(kept))", kept)
    page.reload()
    card = page.locator(".ps-exercise")
    card.get_by_role("button", name="Go on with your answer").click()
    card.get_by_role("button", name="Check").click()
    expect(card.locator(".ps-verdict-words")).to_contain_text(where, timeout=120_000)
    expect(card.locator(".ps-verdict-words")).to_contain_text("A loop that never ends, or a wait")
    expect(card.locator(".ps-verdicts li")).to_have_count(3)
    context.close()


def test_a_proof_is_run_in_place(open_page: Callable) -> None:
    """After "See the proof" and Run the page says that it holds."""
    page = open_page(COURSE.lesson("why_pooling").url).page
    proof = (
        page.locator("details.quiz-proof")
        .filter(has=page.get_by_role("button", name="Run this proof", include_hidden=True))
        .first
    )
    proof.locator("summary").click()
    proof.get_by_role("button", name="Run this proof").click()
    expect(proof.get_by_role("status")).to_have_text(re.compile(r"^It holds: passed in [\d.]+ s\.$"), timeout=PATIENCE)


def test_without_a_runtime_the_terminal_command_is_told(browser: Browser, address: str) -> None:
    """If Python was not packed into the site, Run, Solve and the proofs say so and what to type."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/assets/python/**", lambda route: route.fulfill(status=404))
    page.goto(address + COURSE.lesson("why_pooling").url)
    cell = page.locator(".ps-live").first
    cell.locator("button[data-do=run]").click()
    expect(cell.locator(".ps-live-status")).to_contain_text("`make course`")
    card = page.locator(".ps-exercise")
    press(card.get_by_role("button", name="Solve it here"))
    expect(card).to_contain_text("In a terminal: pytest exercises -k why_pooling")
    context.close()


def test_what_needs_postgresql_says_so(open_page: Callable) -> None:
    """The PostgreSQL lesson offers no place to solve it and names the terminal."""
    card = open_page(COURSE.lesson("cost_of_connecting").url).page.locator(".ps-exercise")
    assert card.get_by_role("button", name="Solve it here").count() == 0
    assert "It needs a real PostgreSQL" in card.inner_text()
    assert "pytest exercises -k cost_of_connecting" in card.inner_text()


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
    assert "#> call 6 failed" in page.locator(".ps-live").first.inner_text()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)], ids=["light phone", "dark desktop"])
def test_axe_finds_nothing_in_what_python_adds(open_page: Callable, scheme: str, width: int) -> None:
    """Output, window, editor and verdicts are accessible, no wider than a phone, and say nothing on the console."""
    opened = open_page(COURSE.lesson("why_pooling").url, width=width, scheme=scheme)
    page = opened.page
    run(page, 4)
    write(page, 5, "1 / 0")
    run(page, 5)
    card = page.locator(".ps-exercise")
    press(card.get_by_role("button", name="Solve it here"))
    card.get_by_role("button", name="Check").click()
    expect(card.locator(".ps-verdict-words")).to_be_visible(timeout=PATIENCE)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.errors == []
    assert opened.foreign == []
