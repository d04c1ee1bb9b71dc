"""The pool figures in a real browser: each is played through as a reader would, failure first and then the cure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from axe import axe
from playwright.sync_api import Browser, Locator, Page, expect
from served_folder import serve_folder
from shifts import shifts

from poolschool.site.figures.scenarios import scenario_html, scenario_names

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
# The drawn figures that play once by themselves.
RUSHES = [
    *("phone_booths", "two_borrowers", "engine_settings", "request_life", "cliff", "frozen_loop", "pools_in_tests"),
    *("leak", "who_holds", "lock", "slow_readers", "stale", "forks", "knee", "watching", "pooler", "hour"),
]
pytestmark = pytest.mark.page_by_page
EITHER = pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 360)], ids=["light desktop", "dark phone"]
)
# By figure, so that tests which only look at it share what is open.
EVERY_SCENARIO = pytest.mark.parametrize("name", scenario_names(), scope="module")
SHELL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.svg">
<style>html {{ font-size: 125% }} body {{ margin: 16px; font-family: sans-serif }}</style>
<style>@media (prefers-color-scheme: dark) {{
  :root {{ --md-default-bg-color: #0c1b22; --md-default-fg-color: #e3eef2; color-scheme: dark }}
  body {{ background: #0c1b22; color: #e3eef2 }} }}</style>
<link rel="stylesheet" href="/pool/pool.css"><link rel="stylesheet" href="/simulator/sim.css"></head>
<body><main><h1>A lesson</h1>{figure}<p id="after">The story.</p></main>
<script type="module">
  import {{ mount }} from "/pool/view.js";
  document.querySelectorAll("[data-pool]").forEach(mount);
</script>
<script>if (matchMedia("(prefers-color-scheme: dark)").matches) document.body.dataset.mdColorScheme = "slate"</script>
</body></html>"""


class Served(SimpleHTTPRequestHandler):
    """Serves docs/assets, and each scenario on a page of its own under /NAME."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name not in scenario_names():
            super().do_GET()
            return
        page = SHELL.format(name=name, figure=scenario_html(name)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the figures on a free port."""
    with serve_folder(ASSETS, Served) as address:
        yield address


@contextmanager
def touching(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open figures, each in a context of its own, until the end; then none of them may have met an error."""
    contexts, errors = [], []

    def opened(
        name: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        moving: bool = False,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="no-preference" if moving else "reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address + name)
        if scripts:
            expect(page.locator("[data-alive=yes]")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def touch(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a figure that stands still unless told otherwise: `touch(name, width=…, moving=True, scripts=False)`."""
    with touching(browser, address) as opened:
        yield opened


@pytest.fixture(scope="module")
def look_at(browser: Browser, address: str, name: str) -> Iterator[Callable[..., Page]]:
    """Open the figure once for each way to look at it, for all tests of it that only look."""
    with touching(browser, address) as opened:
        yield cache(partial(opened, name))


def control(page: Page, kind: str, name: str) -> Locator:
    """Find a button (`do`) or a setting (`set`) of the figure, also one that is folded away."""
    found = page.locator(f'[data-{kind}="{name}"]')
    if not found.is_visible():
        page.locator(".ps-more > summary").click()
    return found


def press(page: Page, action: str, times: int = 1) -> None:
    """Press a button of the figure by what it does."""
    for _ in range(times):
        control(page, "do", action).click()


def part(page: Page, name: str) -> str:
    """Read a part of the figure."""
    return page.locator(f'[data-part="{name}"]').inner_text()


def states(page: Page, name: str) -> list[str]:
    """Read the states of all booths of a picture, from left to right."""
    booths = page.locator(f'[data-part="{name}"] :is(.booth, .folding):not([data-state=gone])')
    return booths.evaluate_all(
        "all => all.sort((one, other) => new DOMMatrix(getComputedStyle(one).transform).e - "
        "new DOMMatrix(getComputedStyle(other).transform).e).map(booth => booth.dataset.state)"
    )


def slide(page: Page, name: str, value: int) -> None:
    """Move a slider to a value."""
    control(page, "set", name).fill(str(value))


def test_booths_that_stay_are_built_once(touch: Callable[..., Page]) -> None:
    """Twenty shoppers cost twenty booths on the left and five on the right; the next twenty cost none on the right."""
    page = touch("phone_booths")
    press(page, "burst")
    assert part(page, "new-wait") == part(page, "kept-wait") == "15"
    press(page, "skip", 3)
    assert (part(page, "new-done"), part(page, "new-opened")) == ("20 of 20", "20")
    assert (part(page, "kept-done"), part(page, "kept-opened")) == ("20 of 20", "5")
    press(page, "burst")
    press(page, "skip", 3)
    assert (part(page, "new-opened"), part(page, "kept-opened")) == ("20", "0")


def test_one_booth_that_stays_has_a_queue_too(touch: Callable[..., Page]) -> None:
    """With one place the right street builds nothing new and makes nineteen shoppers wait all the same."""
    page = touch("phone_booths")
    press(page, "burst")
    press(page, "skip")
    slide(page, "places", 1)
    assert states(page, "kept-scene") == ["idle"]
    press(page, "burst")
    assert part(page, "kept-wait") == "19"
    press(page, "skip")
    assert (part(page, "kept-done"), part(page, "kept-opened")) == ("20 of 20", "0")
    assert part(page, "new-done") == "1 of 20"


def test_the_still_of_the_booths_is_true(touch: Callable[..., Page]) -> None:
    """The numbers printed for readers without scripts are those of the model at the same moment."""
    names = [f"{street}-{number}" for street in ("new", "kept") for number in ("wait", "done", "opened", "end")]
    still = touch("phone_booths", scripts=False)
    printed = [part(still, name) for name in names]
    page = touch("phone_booths")
    press(page, "burst")
    # Left and right: built after 6.0 ms; right: called after 6.3, 6.6, 6.9, 7.2 ms; left: called after 6.3 ms.
    press(page, "step", 5)
    assert part(still, "clock") == "8.0 ms"
    assert [part(page, name) for name in names] == printed


def test_shoppers_arrive_by_themselves_and_the_left_street_drowns(touch: Callable[..., Page]) -> None:
    """At 1600 arrivals a second five places that rebuild cannot follow, and five that keep have nobody waiting."""
    page = touch("phone_booths")
    slide(page, "rate", 6)
    press(page, "skip", 10)
    assert int(part(page, "new-wait")) > 30
    assert int(part(page, "kept-wait")) == 0


def test_two_tests_pass_in_either_order_with_one_fixture_only(touch: Callable[..., Page]) -> None:
    """In memory both fail; each other fixture has an order in which one fails, but for the transaction around each test."""
    page = touch("pools_in_tests")
    for fixture, verdicts in (
        ("memory", ["fails", "fails"]),
        ("static", ["fails", "passes"]),
        ("commits", ["passes", "fails"]),
        ("rollback", ["passes", "passes"]),
    ):
        control(page, "set", "fixture").select_option(fixture)
        press(page, "run")
        assert [part(page, f"tests-{place}").split(": ")[1] for place in ("first", "second")] == verdicts
    assert "And in the other?" in part(page, "said")
    control(page, "set", "order").select_option("ba")
    assert part(page, "tests-first") == "B counts the products: passes"
    assert "That is the goal." in part(page, "said")


def test_one_connection_costs_many_queries(touch: Callable[..., Page]) -> None:
    """Nothing can be asked before connecting; connecting costs 35 queries; asking again connects no more."""
    page = touch("connecting")
    press(page, "query")
    assert "no connection" in part(page, "said")
    press(page, "connect")
    press(page, "query20")
    assert [part(page, name) for name in ("connects", "queries", "connect-ms", "query-ms")] == [
        "1 ×", "20 ×", "6.0 ms", "3.4 ms",
    ]  # fmt: skip
    assert "35 queries" in part(page, "ratio")
    press(page, "fresh20")
    assert part(page, "connect-ms") == "126 ms"
    assert "123 ms. The same 20 queries on one kept connection: 9.4 ms" in part(page, "said")


def test_distance_is_a_model_and_says_so(touch: Callable[..., Page]) -> None:
    """Measured figures are called measured, those with distance added are called modelled, with the round trips."""
    page = touch("connecting")
    assert part(page, "origin").startswith("Measured")
    control(page, "set", "trip").select_option("30")
    control(page, "set", "tls").check()
    assert part(page, "origin").startswith("Modelled")
    assert "6 round trips" in part(page, "origin")
    press(page, "connect")
    assert part(page, "connect-ms") == "189 ms"


def test_settings_show_the_status_that_sqlalchemy_prints(touch: Callable[..., Page]) -> None:
    """A fresh pool says overflow -5; seven can be in use with pool_size=5; the eighth waits and fails after 30 s."""
    page = touch("engine_settings")
    press(page, "reset")
    fresh = "Pool size: 5  Connections in pool: 0 Current Overflow: -5 Current Checked out connections: 0"
    assert page.locator('[data-part="status"]').text_content() == fresh
    press(page, "connect", 8)
    assert states(page, "scene") == ["lent"] * 5 + ["overflow"] * 2
    assert part(page, "wait") == "Caller 8 waits, 30 s more"
    press(page, "pass", 3)
    error = "TimeoutError: QueuePool limit of size 5 overflow 2 reached, connection timed out, timeout 30.00 "
    assert part(page, "error").startswith(error)
    press(page, "close-all")
    assert states(page, "scene")[:5] == ["idle"] * 5
    assert part(page, "pool-closed") == "2"


def test_zero_means_no_limit_and_null_means_no_pool(touch: Callable[..., Page]) -> None:
    """pool_size=0 lends ten and keeps ten; max_overflow=-1 keeps pool_size; NullPool keeps none."""
    page = touch("engine_settings")
    slide(page, "size", 0)
    press(page, "connect5", 2)
    press(page, "close-all")
    assert states(page, "scene").count("idle") == 10
    slide(page, "size", 2)
    slide(page, "overflow", -1)
    press(page, "connect5", 2)
    press(page, "close-all")
    assert states(page, "scene").count("idle") == 2
    control(page, "set", "null").check()
    press(page, "connect5")
    press(page, "close-all")
    assert (part(page, "status"), part(page, "pool-opened"), part(page, "pool-closed")) == ("NullPool", "5", "5")


def test_the_sixth_call_pays_for_five_leaks(touch: Callable[..., Page]) -> None:
    """Five calls answer, the sixth fails; the collector frees all; without a query, and in `with`, nothing leaks."""
    page = touch("leak")
    press(page, "leak-idle", 6)
    press(page, "with", 6)
    assert (part(page, "calls-done"), part(page, "calls-leaked")) == ("12", "0")
    press(page, "leak", 6)
    assert states(page, "scene") == ["leaked"] * 5
    press(page, "step")
    assert part(page, "error").startswith("TimeoutError: QueuePool limit of size 5 overflow 0 reached")
    press(page, "with")
    assert part(page, "wait") == "Call 19 waits"
    press(page, "collect")
    assert states(page, "scene") == ["idle"] * 5
    assert part(page, "wait") == "Nobody waits"


def test_the_longest_holder_is_not_the_leak(touch: Callable[..., Page]) -> None:
    """At the first look the slow report leads; only after its return can the line that leaks be accused."""

    def accuse(line: str) -> str:
        control(page, "set", "line").select_option(line)
        press(page, "accuse")
        return part(page, "said")

    page = touch("who_holds")
    assert "Ask the detector first" in accuse("export")
    press(page, "ask")
    assert "reports.py:9, 44 s" in page.locator(".ps-scene").text_content()
    assert "held one for longest, and that is all" in accuse("report")
    assert "looks the same" in accuse("export")
    press(page, "wait", 2)
    assert part(page, "news") == "reports.py:9: returned after 62 s"
    assert "slow, and no leak" in accuse("report")
    assert "names the victim" in accuse("cancel")
    assert "Reached" in accuse("export")
    assert states(page, "scene") == ["busy"] * 5


def test_a_session_for_each_piece_serves_everybody(touch: Callable[..., Page]) -> None:
    """Two readers close the store with the request's session; with scope="function" for good; with a session for each piece not at all."""
    page = touch("slow_readers")
    for way, busy, after in (("request", "busy", "idle"), ("function", "busy", "leaked"), ("batch", "idle", "idle")):
        control(page, "set", "way").select_option(way)
        press(page, "come", 2)
        assert states(page, "scene") == [busy] * 2
        press(page, "ask")
        assert part(page, "others-answered") == ("3" if way == "batch" else "0")
        press(page, "read", 4)
        assert states(page, "scene") == [after] * 2
        assert part(page, "others-lost") == ("2" if way == "function" else "0")
    assert "Reached" in part(page, "said")
    press(page, "come")
    press(page, "leave")
    assert "leaves in the middle" in part(page, "said")


def test_a_ping_spares_the_idle_and_not_the_one_in_hand(touch: Callable[..., Page]) -> None:
    """A restart costs one of six requests, none with the ping; a connection in hand is lost all the same."""
    page = touch("stale")
    press(page, "reset")
    assert states(page, "scene") == ["idle"] * 5
    press(page, "restart")
    assert states(page, "scene") == ["leaked"] * 5
    press(page, "requests")
    assert (part(page, "calls-answered"), part(page, "calls-failed"), part(page, "calls-opened")) == ("5", "1", "10")
    control(page, "set", "ping").check()
    press(page, "restart")
    press(page, "requests")
    assert (part(page, "calls-answered"), part(page, "calls-failed"), part(page, "calls-opened")) == ("11", "1", "15")
    press(page, "use")
    press(page, "restart")
    press(page, "use")
    assert part(page, "calls-failed") == "2"
    assert "Reached" in part(page, "said")


def test_forked_workers_read_each_others_answers(touch: Callable[..., Page]) -> None:
    """On one connection worker 2 reads what worker 1 asked, which then waits; without it, or with the cure, each its own."""
    page = touch("forks")
    press(page, "reset")
    for action in ("ask1", "ask2", "read2"):
        press(page, action)
    assert "got Ada’s basket, and shows it to Bob" in part(page, "said")
    assert (part(page, "got-own"), part(page, "got-other")) == ("0", "1")
    press(page, "read1")
    assert "Nothing comes" in part(page, "said")
    for setting in ("lazy", "cured"):
        control(page, "set", setting).check()
        for action in ("ask1", "ask2", "read2"):
            press(page, action)
        assert (part(page, "got-own"), part(page, "got-other")) == ("1", "0")
        if setting == "lazy":
            control(page, "set", setting).uncheck()
    assert "Reached" in part(page, "said")


def test_six_connections_are_enough_and_five_are_not(touch: Callable[..., Page]) -> None:
    """The smallest pool is shown by two runs, its own and that of one less; other traffic needs another."""
    page = touch("knee")
    for rate, sizes in (("200", (7, 5, 6)), ("300", (8, 7))):
        control(page, "set", "rate").select_option(rate)
        for size in sizes:
            slide(page, "connections", size)
            press(page, "serve")
            assert "busy on average" in part(page, "said")
            press(page, "skip")
            assert part(page, "now-done") == "400 of 400"
            assert ("Reached" in part(page, "said")) == (size == sizes[-1])
        assert f"Reached: {min(sizes) + 1} are enough, and {min(sizes)} are not" in part(page, "said")


def test_an_alarm_hears_ten_recordings(touch: Callable[..., Page]) -> None:
    """All connections in use is wrong three times; waiting, time-outs and failed connects for two minutes are right ten times."""
    page = touch("watching")
    press(page, "hear")
    assert (part(page, "alarm-right"), part(page, "alarm-missed"), part(page, "alarm-false")) == ("7", "1", "2")
    control(page, "set", "used").uncheck()
    assert "Choose a sign" in part(page, "said")
    for sign in ("wait", "timeouts", "failed"):
        control(page, "set", sign).check()
    assert (part(page, "alarm-right"), part(page, "alarm-missed"), part(page, "alarm-false")) == ("9", "0", "1")
    assert "ask for more than one minute" in part(page, "said")
    control(page, "set", "in-a-row").select_option("2")
    assert part(page, "alarm-right") == "10"
    assert "Reached" in part(page, "said")


def test_an_hour_has_six_faults(touch: Callable[..., Page]) -> None:
    """A minute is shown with its numbers; each complaint is put to a fault, and all six are reached."""
    page = touch("hour")
    control(page, "set", "minute").fill("48")
    assert "of 15 connections in use" in part(page, "said")
    for number, (name, fault) in enumerate(
        {"restart": "5", "payment": "2", "newsletter": "4", "prices": "3", "reviews": "1"}.items(), 1
    ):
        control(page, "set", name).select_option("6")
        assert "look again" in part(page, "said")
        control(page, "set", name).select_option(fault)
        assert ": right." in part(page, "said")
        assert part(page, "put-right") == f"{number} of 6"
    control(page, "set", "rush").select_option("6")
    assert "Reached" in part(page, "said")


def test_a_pooler_mixes_up_names(touch: Callable[..., Page]) -> None:
    """Ada gets Bob's rows by the same name, or an error, as the sessions are assigned; without names neither."""
    page = touch("pooler")
    press(page, "reset")
    for action in ("ask1", "ask2", "end1", "end2", "ask1"):
        press(page, action)
    assert "gets 7: the pieces. No error" in part(page, "said")
    press(page, "reset")
    for action in ("ask1", "end1", "ask2"):
        press(page, action)
    assert 'prepared statement "_pg3_0" already exists' in part(page, "said")
    control(page, "set", "unprepared").check()
    for action in ("ask1", "ask2", "end1", "end2", "ask1"):
        press(page, action)
    assert (part(page, "got-own"), part(page, "got-other"), part(page, "got-errors")) == ("3", "0", "0")
    assert "Reached" in part(page, "said")


def test_a_sync_wait_freezes_the_loop(touch: Callable[..., Page]) -> None:
    """The sixteenth request silences the ping for 30 s, thirty do for 450 s; with an async engine or in threads none does."""
    page = touch("frozen_loop")
    press(page, "send")
    assert states(page, "scene") == ["lent"] * 5 + ["overflow"] * 10
    press(page, "skip")
    assert "For 30 s nothing ran" in part(page, "said")
    assert (part(page, "rush-answered"), part(page, "rush-failed")) == ("15", "1")
    slide(page, "requests", 30)
    press(page, "send")
    press(page, "step", 3)
    assert (part(page, "rush-pings"), part(page, "rush-failed")) == ("0", "3")
    press(page, "skip")
    assert "For 450 s nothing ran" in part(page, "said")
    for handler in ("1", "2"):
        control(page, "set", "how").select_option(handler)
        press(page, "send")
        press(page, "skip")
        assert "Goal reached" in part(page, "said")
        assert (part(page, "rush-answered"), part(page, "rush-failed")) == ("30", "0")


def test_the_cliff_is_found_and_taken_away(touch: Callable[..., Page]) -> None:
    """54 requests end, 55 stand still and that is the goal; with either cure 120 end."""
    page = touch("cliff")
    seen = []
    for number, pattern in ((54, "0"), (55, "0"), (120, "1"), (120, "2")):
        slide(page, "number", number)
        control(page, "set", "pattern").select_option(pattern)
        press(page, "send")
        for _ in range(40):
            press(page, "skip")
        seen.append((part(page, "now-done"), part(page, "now-pool"), part(page, "now-holders")))
        if number == 55:
            expect(page.locator('[data-part="said"]')).to_contain_text("Goal reached: 40 + 15 = 55")
    assert seen == [("54 of 54", "0", "0"), ("0 of 55", "40", "15"), ("120 of 120", "0", "0"), ("120 of 120", "0", "0")]


def test_two_choices_never_return_the_connection(touch: Callable[..., Page]) -> None:
    """The plain line returns it after an answer, and never after an exception; the block returns it each time; five are all."""
    page = touch("request_life")
    hold, found = page.locator("[data-part=hold] output"), page.locator("[data-part=never-found]")

    def send(dependency: str, ending: str) -> None:
        page.locator("[data-set=dependency]").select_option(dependency)
        page.locator("[data-set=ending]").select_option(ending)
        page.locator("[data-do=send]").click()

    send("line", "answer")
    expect(hold).to_have_text("returned")
    for ending, number in (("HTTPException", "1 of 2"), ("500", "2 of 2")):
        send("line", ending)
        expect(hold).to_have_text("not returned")
        expect(found).to_have_text(number)
        send("block", ending)
        expect(hold).to_have_text("returned")
    expect(page.locator("[data-part=code]")).to_contain_text("with Session(engine) as session:")
    for _ in range(3):
        send("line", "500")
    expect(page.locator("[data-part=never-lost]")).to_have_text("5 of 5")
    send("block", "answer")
    expect(page.locator("[data-part=said]")).to_contain_text("TimeoutError")


def test_two_borrowers_share_until_there_is_a_lock(touch: Callable[..., Page]) -> None:
    """In turn, line by line, both get connection 2; with a lock the same presses make B wait, and each gets its own."""
    page = touch("two_borrowers")
    for name in "ABABAB":
        press(page, name.lower())
    assert "Both have connection 2" in part(page, "said")
    assert part(page, "idle") == "[]"
    assert states(page, "scene") == ["leaked", "lent"]
    control(page, "set", "locked").check()
    for name in "ABABAB":
        press(page, name.lower())
        if name == "B":
            assert part(page, "said").startswith("B ")
    assert part(page, "owner") == "B"
    press(page, "a")
    press(page, "b", 3)
    assert "Each has its own" in part(page, "said")
    assert states(page, "scene") == ["lent", "lent"]


def test_time_flows_unless_the_reader_wants_no_motion(touch: Callable[..., Page]) -> None:
    """A wait ends by itself where motion is welcome; with reduced motion it stands until Step is pressed."""
    moving, still = touch("leak", moving=True), touch("leak")
    for page in (moving, still):
        press(page, "reset")
        control(page, "set", "speed").select_option("10")
        press(page, "leak", 6)
    expect(moving.locator('[data-part="calls-failed"]')).to_have_text("1", timeout=15_000)
    assert part(still, "clock") == "0.0 s of 30 s"


@pytest.mark.parametrize("name", RUSHES)
def test_one_rush_plays_on_sight_and_asks_for_the_reader(touch: Callable[..., Page], name: str) -> None:
    """Seen for a moment, a figure plays once by itself, stops, and its last sentence gives the turn to the reader.

    Meanwhile nothing on the page moves, on a phone as little as on a desk, nor after the reader's own press.
    """
    pages = [touch(name, moving=True, width=width, height=1600) for width in (360, 412, 1280)]  # they play at once
    for page in pages:
        expect(page.locator('[data-part="said"]')).to_contain_text("Your turn", timeout=40_000)
    assert [shifts(page, 100) for page in pages] == [[], [], []]
    for page in pages:
        page.locator("button.ps-main").click()
    pages[0].wait_for_timeout(2000)  # milliseconds: time flows after a press
    assert [shifts(page, 100) for page in pages] == [[], [], []]


def test_time_stops_when_the_figure_is_out_of_sight(touch: Callable[..., Page]) -> None:
    """Scrolled away, the model does not run on unseen."""
    page = touch("phone_booths", moving=True)
    page.evaluate("document.getElementById('after').style.marginTop = '3000px'; scrollTo(0, 3000)")
    page.wait_for_timeout(300)
    page.evaluate("document.querySelector('[data-do=burst]').click()")
    page.wait_for_timeout(600)
    assert set(states(page, "new-scene")) == {"building"}
    assert part(page, "clock") == "0.0 ms"


def test_a_figure_is_played_by_keyboard_alone(touch: Callable[..., Page]) -> None:
    """Tab reaches the buttons in order, Space presses them, arrow keys move a slider."""
    page = touch("engine_settings")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "connect"
    page.keyboard.press("Space")
    assert part(page, "pool-opened") == "1"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "More"
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.set") == "size"
    page.keyboard.press("ArrowLeft")
    assert "pool_size=4" in part(page, "call")


def test_what_happened_is_read_out_without_chatter(touch: Callable[..., Page]) -> None:
    """The live region takes the first sentence at once, and of a quick series only the last."""
    page = touch("engine_settings")
    page.evaluate("""
        window.heard = [];
        const live = document.querySelector('[role=status]');
        new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true, subtree: true });
    """)
    press(page, "connect", 5)
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('#5')")
    assert page.evaluate("heard.length") < 5


@EVERY_SCENARIO
@EITHER
def test_nothing_shifts_when_the_script_arrives(look_at: Callable[..., Page], scheme: str, width: int) -> None:
    """The text below stands where it stood without the moving figure, and no page is wider than its window."""
    page = look_at(scheme=scheme, width=width)
    for _ in range(3):  # as in test_pages: on a loaded machine one load in hundreds shifts
        shifted = shifts(page)
        if not shifted:
            break
        page.reload()
        expect(page.locator("[data-alive=yes]")).to_be_visible()
    assert shifted == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@EVERY_SCENARIO
def test_paper_gets_the_story_and_no_buttons(look_at: Callable[..., Page]) -> None:
    """In print the picture stands with its story in words and without controls."""
    page = look_at(scheme="light", width=1280)
    page.emulate_media(media="print")
    assert page.locator(".ps-story").is_visible()
    assert page.locator("button:visible").count() == 0
    page.emulate_media(media="screen")


@EVERY_SCENARIO
@EITHER
def test_axe_finds_nothing_in_any_state(look_at: Callable[..., Page], name: str, scheme: str, width: int) -> None:
    """axe-core has no finding, fresh and in the middle of the trouble."""
    page = look_at(scheme=scheme, width=width)
    toys = {
        "phone_booths": "burst",
        "connecting": "connect",
        "engine_settings": "connect5",
        "leak": "leak",
        "who_holds": "ask",
        "lock": "lock",
        "slow_readers": "read",
        "stale": "requests",
        "forks": "read2",
        "knee": "serve",
        "pooler": "ask1",
        "frozen_loop": "send",
        "pools_in_tests": "run",
        "two_borrowers": "a",
        "cliff": "send",
        "watching": "hear",
        "hour": "play",
    }
    trouble = toys.get(name, "skip")
    for times in (0, 6):
        press(page, trouble, times)
        found = axe(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("name", "action"),
    [("phone_booths", "burst"), ("connecting", "connect"), ("engine_settings", "connect"), ("leak", "leak")],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_on_run(touch: Callable[..., Page], name: str, action: str, width: int) -> None:
    """What a press of the main button changes has its place: nothing on the page moves, at once or meanwhile."""
    page = touch(name, moving=True, width=width)
    press(page, action, 3)
    assert shifts(page, 1500) == []


def test_nothing_shifts_while_time_flows(touch: Callable[..., Page]) -> None:
    """Swimmers and bars move by paint: the layout is as still after a second of play as before."""
    page = touch("phone_booths", moving=True)
    control(page, "set", "speed").select_option("0.02")
    press(page, "burst")
    assert shifts(page, 1500, buffered=False) == []
    assert int(part(page, "kept-done").split()[0]) > 0


@EVERY_SCENARIO
def test_the_still_tells_the_story_without_scripts(touch: Callable[..., Page], name: str) -> None:
    """Without JavaScript the picture and its story are seen, and no button that would do nothing."""
    page = touch(name, scripts=False)
    assert page.locator(".ps-story").is_visible()
    assert page.locator(".ps-stage").is_visible()
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
