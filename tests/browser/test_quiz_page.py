"""The quiz in a real browser: answered by keyboard alone, kept, asked again, read without scripts, printed."""

import functools
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import material
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from poolschool.course.beliefs import load_beliefs
from poolschool.course.proofs import read_proofs
from poolschool.quiz.reader import load_quiz
from poolschool.quiz.shuffle import out_of_order, permutation
from poolschool.site.quiz import marking_key, quiz_html

ROOT = Path(__file__).parents[2]
TOOLING = ROOT / "tests/tooling"
SAMPLE = TOOLING / "sample_course"
STYLES = Path(material.__file__).parent / "templates/assets/stylesheets"
QUIZ = load_quiz(SAMPLE / "quizzes/p1_why/l01_lamps.toml", "lamps")
HTML = """<!doctype html>
<html lang="en" class="no-js"><head><meta charset="utf-8"><title>Lamps</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="main.css"><link rel="stylesheet" href="palette.css">
<link rel="stylesheet" href="assets/quiz/quiz.css"><script src="js.js"></script></head>
<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="indigo" data-md-color-accent="indigo">
<div class="md-container"><main class="md-main"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset"><h1>Lamps</h1><p id="borrowing">Borrow.</p><h2>Quiz</h2>
{quiz}
</article></div></div></main></div><script type="module" src="assets/quiz/quiz.js"></script></body></html>
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium, or say how to get one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    program = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("No Chromium found: install it (Debian: apt install chromium) or set POOLSCHOOL_CHROMIUM.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample quiz in a page with Material's own styles; give its address."""
    folder = tmp_path_factory.mktemp("site")
    html = quiz_html(
        QUIZ,
        proofs=read_proofs(SAMPLE / "quizzes/p1_why/l01_lamps_proof.py"),
        beliefs=load_beliefs(SAMPLE),
    )
    (folder / "index.html").write_text(HTML.format(quiz=html), encoding="utf-8")
    edited = html.replace(QUIZ.questions[0].content_hash, "0123456789ab")
    (folder / "edited.html").write_text(HTML.format(quiz=edited), encoding="utf-8")
    (folder / "js.js").write_text('document.documentElement.className = "js"', encoding="utf-8")
    shutil.copytree(ROOT / "docs/assets", folder / "assets")
    for sheet in ("main", "palette"):
        shutil.copy(next(STYLES.glob(f"{sheet}.*.css")), folder / f"{sheet}.css")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Open the quiz in a fresh profile; whatever the console complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(site)
    yield opened
    context.close()
    assert complaints == []


def question(page: Page, name: str) -> Locator:
    """Find a question's section."""
    return page.locator(f'[data-uid="lamps.{name}"]')


def state(page: Page, name: str) -> str | None:
    """Say how a question stands."""
    return question(page, name).locator(".quiz-state").get_attribute("data-state")


def answer_lent(page: Page, part: int) -> None:
    """Choose an option of the first question and submit."""
    question(page, "lent").locator(f'input[value="{part}"]').check()
    question(page, "lent").locator("[type=submit]").click()


def focused(page: Page) -> str:
    """Name what has the focus: its label, its text or its kind."""
    return str(
        page.evaluate(
            "(e => e.ariaLabel || e.closest('label')?.innerText || e.innerText || e.tagName)(document.activeElement)"
        )
    )


def tab_to(page: Page, text: str) -> None:
    """Press Tab until something with this text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in focused(page):
            return
    pytest.fail(f"Tab never comes to {text!r}")


def test_the_whole_quiz_by_keyboard_alone(page: Page) -> None:
    """Every type is answered with Tab, arrows, Space and Enter; after the last answer the score is full."""
    press = page.keyboard.press
    tab_to(page, "A copy of it is made.")
    press("ArrowDown")
    assert "back to the shelf" in focused(page)
    press("Space")
    press("Enter")

    tab_to(page, "The store buys a sixth.")
    press("Space")
    tab_to(page, "Somebody gives one back.")
    press("Space")
    press("Enter")

    tab_to(page, "Your answer")
    page.keyboard.type("20 lamps")
    press("Enter")

    tab_to(page, "The output")
    page.keyboard.type("floor\n1 left")
    press("Control+Enter")

    wanted = ["Take the lamp.", "Carry it home.", "Read.", "Bring it back."]
    steps = question(page, "one_loan").locator(".quiz-step")
    for place, step in enumerate(wanted):
        while (now := steps.all_inner_texts()).index(step) > place:
            if focused(page) != f"Move up: {step}":
                press("Shift+Tab") if f"Move down: {step}" == focused(page) else tab_to_either_way(
                    page, f"Move up: {step}"
                )
            press("Enter")
            assert focused(page) == f"Move up: {step}"  # the focus went along
            moved = question(page, "one_loan").locator(".quiz-moved").inner_text()
            assert moved == f"“{step}” is now step {now.index(step)} of 4."
    assert steps.all_inner_texts() == wanted
    question(page, "one_loan").locator("[type=submit]").focus()
    press("Enter")

    tab_to(page, "Your answer")
    page.keyboard.type("0,3")
    press("Enter")
    assert page.locator(".quiz-score").first.inner_text() == "6 of 6 right"
    assert "That was the last one: 6 of 6 right." in question(page, "share").locator("[role=status]").inner_text()


def tab_to_either_way(page: Page, text: str) -> None:
    """Go back to the start of the steps, then on to the wanted button."""
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    tab_to(page, text)


def test_a_wrong_answer_says_why(page: Page) -> None:
    """The reason, the truth behind the belief and its link come into the status region; the solution is offered."""
    answer_lent(page, 1)
    said = question(page, "lent").locator("[role=status]")
    assert "Not right yet." in said.inner_text()
    assert "That would be a sale." in said.inner_text()
    assert said.get_by_role("link").get_attribute("href") == "#borrowing"
    assert focused(page) == "Submit"
    solution = question(page, "lent").locator(".quiz-solution")
    assert solution.get_attribute("open") is None
    question(page, "lent").get_by_role("button", name="Show the solution").click()
    assert solution.get_attribute("open") is not None
    assert "Worked solution" in focused(page)


def test_a_right_answer_opens_the_solution_and_is_kept(page: Page) -> None:
    """After the right answer the worked solution is open and the options are locked."""
    answer_lent(page, 0)
    assert question(page, "lent").locator(".quiz-solution").get_attribute("open") is not None
    assert question(page, "lent").locator('input[value="1"]').is_disabled()
    assert focused(page) == "Submit"
    assert state(page, "lent") == "right"


def test_nothing_chosen_is_no_attempt(page: Page) -> None:
    """An empty Submit is told kindly, leads back to the options and does not count."""
    question(page, "lent").locator("[type=submit]").click()
    assert "Choose one of the options first." in question(page, "lent").locator("[role=status]").inner_text()
    assert state(page, "lent") == "open"
    assert page.evaluate("localStorage.length") == 0
    assert focused(page).strip() in (
        "A copy of it is made.",
        "It comes back to the shelf.",
        "It is gone, and the store buys another.",
    )


def test_choose_all_marks_each_option(page: Page) -> None:
    """A half right answer names the right, the wrong and the missing ones, each in words."""
    waits = question(page, "waits")
    for part in (0, 2):
        waits.locator(f'input[value="{part}"]').check()
    waits.locator("[type=submit]").click()
    marks = {part: waits.locator(f'.quiz-option[data-part="{part}"]').get_attribute("data-mark") for part in range(4)}
    assert marks == {0: "right", 1: "missing", 2: "wrong", 3: None}
    said = waits.locator("[role=status]").inner_text()
    assert "Missing. The store buys a sixth." in said
    assert "The shopper asks again. Wrong. Asking does not make lamps." in said


def test_retry_clears_only_the_missed(page: Page) -> None:
    """Right answers stay, missed ones are empty and open again, and the focus is on the first of them."""
    answer_lent(page, 0)
    question(page, "how_many").locator("input").fill("5")
    question(page, "how_many").locator("[type=submit]").click()
    assert "These are the ones that are kept" in question(page, "how_many").locator("[role=status]").inner_text()
    page.get_by_role("button", name="Retry the missed ones").click()
    assert (state(page, "lent"), state(page, "how_many")) == ("right", "open")
    assert question(page, "how_many").locator("input").input_value() == ""
    assert question(page, "how_many").locator("[role=status]").inner_text() == ""
    assert "Your answer" in focused(page)
    assert page.locator(".quiz-score").first.inner_text() == "1 of 6 right"
    kept = json.loads(page.evaluate("localStorage.getItem('poolschool/quiz/lamps.how_many')"))
    assert (kept["answer"], kept["tries"]) == (None, 1)


def test_start_over_forgets_everything(page: Page) -> None:
    """All questions are open, shuffled anew, and nothing is kept."""
    answer_lent(page, 0)
    before = question(page, "waits").locator(".quiz-option").all_inner_texts()
    for _ in range(3):
        page.get_by_role("button", name="Start over").click()
    assert state(page, "lent") == "open"
    assert question(page, "lent").locator("input:checked").count() == 0
    assert page.evaluate("Object.keys(localStorage)") == []
    order = [before[0], *question(page, "waits").locator(".quiz-option").all_inner_texts()]
    assert sorted(order[1:]) == sorted(before)
    assert order[1:] != before


def test_progress_survives_a_reload(page: Page) -> None:
    """Answers, verdicts and the score are there again."""
    answer_lent(page, 0)
    question(page, "prints").locator("textarea").fill("desk\n1 left")
    question(page, "prints").locator("[type=submit]").click()
    page.reload()
    assert (state(page, "lent"), state(page, "prints"), state(page, "waits")) == ("right", "missed", "open")
    assert question(page, "lent").locator('input[value="0"]').is_checked()
    assert question(page, "prints").locator("textarea").input_value() == "desk\n1 left"
    assert page.locator(".quiz-score").first.inner_text() == "1 of 6 right, 1 missed"


def test_an_edited_question_alone_is_asked_again(page: Page, site: str) -> None:
    """When one question has changed, it says so and is open; the others keep their answers."""
    answer_lent(page, 0)
    question(page, "how_many").locator("input").fill("20")
    question(page, "how_many").locator("[type=submit]").click()
    page.goto(f"{site}edited.html")
    assert (state(page, "lent"), state(page, "how_many")) == ("changed", "right")
    assert "changed since you answered" in question(page, "lent").locator(".quiz-head").inner_text()
    answer_lent(page, 0)
    assert state(page, "lent") == "right"


@pytest.mark.parametrize(
    "kept",
    ["null", "[]", "{", '"x"', '{"hash": 1}', '{"hash": "HASH", "answer": {"a": 1}, "right": "yes"}',
     '{"hash": "HASH", "answer": 99, "right": true, "tries": -1}'],
)  # fmt: skip
def test_garbage_in_the_storage_is_nothing(page: Page, kept: str) -> None:
    """What cannot be an answer counts as none; the quiz works on."""
    text = kept.replace("HASH", QUIZ.questions[0].content_hash)
    page.evaluate("text => localStorage.setItem('poolschool/quiz/lamps.lent', text)", text)
    page.reload()
    assert state(page, "lent") == "open"
    answer_lent(page, 0)
    assert state(page, "lent") == "right"


def test_a_blocked_storage_lasts_as_long_as_the_page(page: Page) -> None:
    """Where localStorage throws, the quiz marks and scores all the same."""
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    page.reload()
    answer_lent(page, 0)
    assert state(page, "lent") == "right"
    page.get_by_role("button", name="Start over").click()
    assert state(page, "lent") == "open"


def test_what_other_scripts_learn_of_the_progress(page: Page) -> None:
    """`topicProgress` counts right and answered questions in their present wording; `lastPlace` stays on the site."""
    answer_lent(page, 1)
    questions = [{"uid": one.uid, "hash": one.content_hash} for one in QUIZ.questions]
    progress = "questions => import('/assets/page/progress.js').then(p => p.topicProgress('lamps', questions))"
    assert page.evaluate(progress, questions) == {"right": 0, "answered": 1, "total": 6}
    answer_lent(page, 0)
    assert page.evaluate(progress, questions) == {"right": 1, "answered": 1, "total": 6}
    assert page.evaluate(progress, [{**questions[0], "hash": "0" * 12}]) == {"right": 0, "answered": 0, "total": 1}

    place = "url => import('/assets/page/progress.js').then(p => { p.rememberPlace('lamps', 'Lamps', url); return p.lastPlace() })"
    assert page.evaluate(place, "p1_why/l01_lamps/") == {"topic": "lamps", "title": "Lamps", "url": "p1_why/l01_lamps/"}
    assert page.evaluate(place, "javascript:alert(1)") is None
    assert page.evaluate(place, "https://example.org/") is None


def test_page_and_terminal_mark_alike(page: Page) -> None:
    """The table of cases that the Python marking passes gives the same verdicts and remarks in the script."""
    keys = {one.id: marking_key(one) for one in QUIZ.questions}
    cases = json.loads((TOOLING / "marking_cases.json").read_text(encoding="utf-8"))
    got = page.evaluate(
        "cases => import('/assets/quiz/marking.js').then(({ mark }) => cases.map(([key, answer]) => mark(key, answer)))",
        [[keys[case["question"]], case["answer"]] for case in cases],
    )
    for case, marking in zip(cases, got, strict=True):
        unread = "unread" in case
        expected = [["note", None, case["unread"]]] if unread else case["remarks"]
        assert [[it["kind"], it["part"], it["text"]] for it in marking["remarks"]] == expected, case
        assert (marking["right"], marking["counted"]) == (not unread and case["right"], not unread), case


def test_page_and_terminal_shuffle_alike(page: Page) -> None:
    """The same seed gives the same order in the script and in Python, with letters beyond ASCII too."""
    asked = [
        [count, seed, uid] for count in (2, 3, 4, 7) for seed in (0, 1, 12345) for uid in ("lamps.lent", "lämpchen.ö")
    ]
    script = """asked => import('/assets/quiz/shuffle.js').then(({ permutation, outOfOrder }) =>
        asked.map(([count, seed, uid]) => [permutation(count, seed, uid), outOfOrder(count, seed, uid)]))"""
    assert page.evaluate(script, asked) == [[permutation(*one), out_of_order(*one)] for one in asked]


def test_a_seed_in_the_address_arranges_the_page(page: Page, site: str) -> None:
    """`?seed=3` shows the options in the order that the terminal shows with `--seed 3`."""
    page.goto(f"{site}?seed=3")
    shown = (
        question(page, "waits").locator(".quiz-option").evaluate_all("all => all.map(one => Number(one.dataset.part))")
    )
    assert shown == permutation(4, 3, "lamps.waits")
    steps = (
        question(page, "one_loan")
        .locator(".quiz-steps > li")
        .evaluate_all("all => all.map(one => Number(one.dataset.part))")
    )
    assert steps == out_of_order(4, 3, "lamps.one_loan")


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
    found = Axe().run(page, context={"exclude": [[".highlight"]]})
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
    page.add_init_script("""window.shifts = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true })""")
    page.reload()
    page.wait_for_function("document.querySelector('.quiz').dataset.ready")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == 0
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
    lent.locator("summary", has_text="See the proof").click()
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
