"""The simulator on its page: goals, two pools side by side, links, keyboard, less motion, nonsense typed."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

import inspected
import pytest
from axe import axe
from playwright.sync_api import Locator, Page, expect

PAGE = "reference/simulator/"


@pytest.fixture
def page(open_page: Callable) -> Page:
    """Open the simulator; this reader asks for less motion, so that time passes by hand."""
    return open_page(PAGE).page


@pytest.fixture
def figure(page: Page) -> Locator:
    """Give the figure, alive."""
    found = page.locator("figure[data-simulator]")
    expect(found).to_have_attribute("data-alive", "yes")
    return found


def press(figure: Locator, name: str) -> None:
    """Press one of the figure's buttons, also one that is folded away."""
    if not figure.get_by_role("button", name=name, exact=True).is_visible():
        figure.locator(".ps-more > summary").click()
    figure.get_by_role("button", name=name, exact=True).click()


def test_a_goal_is_missed_then_reached_and_remembered(page: Page, figure: Locator) -> None:
    """The verdict names each condition with its number; what is reached is counted, also after a reload."""
    press(figure, "Check goal")
    expect(figure.locator(".sim-verdict")).to_contain_text("Not yet.")
    expect(figure.locator(".sim-missed").first).to_contain_text("wanted at most")
    figure.get_by_label("pool_size", exact=True).first.fill("10")
    press(figure, "Check goal")
    expect(figure.locator(".sim-verdict")).to_contain_text("Reached")
    expect(figure.locator(".sim-progress")).to_have_text("1 of 10 goals reached.")
    page.reload()
    expect(page.locator(".sim-progress")).to_have_text("1 of 10 goals reached.")


def test_a_minute_tells_in_words_what_happened(figure: Locator) -> None:
    """After a minute the summary, the numbers and the words below the bars tell the same."""
    figure.get_by_label("Scenario").select_option("thundering_herd")
    press(figure, "Run 60 s instantly")
    expect(figure.locator("[data-part=said]")).to_have_text(
        re.compile(r"After 6[01] s: \d+ served, p95 latency \d+ ms, \d+ failed\.")
    )
    expect(figure.locator("[data-part=a-failed]")).to_have_text(re.compile(r"\d+: \d+ timed out"))
    expect(figure.locator("[data-part=a-bars-words]")).to_contain_text("p95")
    assert figure.locator(".sim-lent").first.get_attribute("d")


def test_two_pools_meet_the_same_requests(figure: Locator) -> None:
    """Side by side, with the same settings both tell the same; with another size only the second changes."""
    figure.get_by_label("Scenario").select_option("engine_and_pool")
    figure.get_by_label("Compare with pool B").check()
    press(figure, "Run 60 s instantly")
    served = figure.locator("[data-part=a-served], [data-part=b-served]")
    both = served.all_inner_texts()
    assert both[0] == both[1]
    assert int(both[0]) > 10_000
    p95 = figure.locator("[data-part=a-waited]").inner_text()
    figure.locator("[data-set=pool_size_b]").fill("9")
    press(figure, "Run 60 s instantly")
    assert figure.locator("[data-part=a-waited]").inner_text() == p95
    assert figure.locator("[data-part=b-waited]").inner_text() != p95


def test_settings_travel_in_a_link(page: Page, figure: Locator, open_page: Callable) -> None:
    """A link carries the scenario and what was changed, and opening it sets them."""
    figure.get_by_label("Scenario").select_option("leaks")
    figure.locator("[data-set=pool_timeout]").fill("1.5")
    figure.get_by_label("fair queue").first.check()
    press(figure, "Copy a link to these settings")
    assert "#scenario=leaks" in page.url
    again = open_page(PAGE + "#" + page.url.split("#")[1]).page.locator("figure[data-simulator]")
    expect(again).to_have_attribute("data-alive", "yes")
    expect(again.get_by_label("Scenario")).to_have_value("leaks")
    expect(again.locator("[data-set=pool_timeout]")).to_have_value("1.5")
    expect(again.get_by_label("fair queue").first).to_be_checked()


@pytest.mark.parametrize(
    ("rule", "make"),
    [("cliff", inspected.tutorial), ("leaks", inspected.plain_close), ("no_pool", inspected.without_a_pool)],
)
def test_a_link_of_inspect_sets_the_simulator_to_its_numbers(rule: str, make: Callable, open_page: Callable) -> None:
    """What `poolschool inspect` links is a scenario with the service's own pool, the work unlocked, and every field sound."""
    link = inspected.found(make())[rule].see
    opened = open_page(link, watched=True)
    figure = opened.page.locator("figure[data-simulator]")
    expect(figure).to_have_attribute("data-alive", "yes")
    told = dict(parse_qsl(link.partition("#")[2]))
    expect(figure.get_by_label("Scenario")).to_have_value(told.pop("scenario"))
    expect(figure.locator("[data-set=free]")).to_be_checked()
    for name, value in told.items():
        field = figure.locator(f"[data-set={name}]")
        if field.get_attribute("type") == "checkbox":
            expect(field).to_be_checked(checked=value == "1")
        else:
            expect(field).to_have_value(value)
    expect(figure.locator("[aria-invalid]")).to_have_count(0)
    assert opened.errors == []


def test_trouble_is_switched_on_and_off(figure: Locator) -> None:
    """A leak is one switch: on, requests time out; off again, none does. A scenario that is about it begins with it."""
    figure.get_by_label("Scenario").select_option("engine_and_pool")
    figure.get_by_label("Free play").check()
    figure.locator("[data-set=pool_timeout]").fill("1")
    failed = figure.locator("[data-part=a-failed]")
    for on, told in ((True, re.compile(r"timed out")), (False, "0")):
        figure.get_by_role("checkbox", name="a leak").set_checked(on)
        press(figure, "Run 60 s instantly")
        expect(failed).to_have_text(told)
    figure.get_by_label("Scenario").select_option("leaks")
    expect(figure.get_by_role("checkbox", name="a leak")).to_be_checked()


def test_a_setting_out_of_range_is_an_error(figure: Locator) -> None:
    """Nothing, too little and far too much are named at their field, and nothing runs until they are right."""
    served = figure.locator("[data-part=a-served]")
    for typed in ("", "-7", "999999999", "1.5"):
        figure.locator("[data-set=pool_size]").fill(typed)
        before = served.inner_text()
        press(figure, "Check goal")
        expect(figure.locator("[data-part=faults]")).to_contain_text("Fix the highlighted fields. pool_size:")
        expect(figure.locator("[data-set=pool_size]")).to_have_attribute("aria-invalid", "true")
        assert figure.locator(".sim-verdict li").count() == 0
        assert served.inner_text() == before
    figure.locator("[data-set=pool_size]").fill("10")
    expect(figure.locator("[data-part=faults]")).to_be_empty()
    press(figure, "Check goal")
    expect(figure.locator(".sim-verdict")).to_contain_text("Reached")


def test_a_verdict_is_gone_when_a_setting_changes(figure: Locator) -> None:
    """What was said of other settings does not stand beside these."""
    press(figure, "Check goal")
    expect(figure.locator(".sim-verdict")).to_contain_text("Not yet.")
    figure.locator("[data-set=pool_size]").fill("2")
    expect(figure.locator(".sim-verdict")).to_be_empty()


def test_a_goal_is_not_reached_by_taking_the_work_away(figure: Locator) -> None:
    """The work is locked but for what is the fix; free play unlocks it, and then no goal is asked for."""
    for name in figure.locator("[data-set=scenario] option").evaluate_all("all => all.map(({ value }) => value)"):
        figure.locator("[data-set=scenario]").select_option(name)
        expect(figure.locator("[data-set=rate]")).to_be_disabled()
        expect(figure.locator("[data-set=hold]")).to_be_disabled()
        expect(figure.locator("[data-set=pattern]")).to_be_disabled()
    figure.locator("[data-set=scenario]").select_option("leaks")
    expect(figure.locator("[data-set=leak_on]")).to_be_enabled()
    figure.get_by_label("Free play").check()
    expect(figure.locator("[data-set=rate]")).to_be_enabled()
    expect(figure.get_by_role("button", name="Check goal")).to_be_disabled()


@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString", "<img src=x onerror=alert(1)>"])
def test_a_link_with_nonsense_leaves_a_simulator_that_runs(open_page: Callable, name: str) -> None:
    """Names that every object has, HTML and numbers that are none change nothing."""
    opened = open_page(
        f"{PAGE}#scenario={name}&pool_size=<img src=x onerror=alert(1)>&hold=abc&seed=1&nothing=1", watched=True
    )
    press(opened.page.locator("figure[data-simulator]"), "Run 60 s instantly")
    expect(opened.page.locator("[data-part=said]").first).to_contain_text("After 6")
    assert opened.errors == []


def test_steps_by_keyboard_alone(page: Page, figure: Locator) -> None:
    """With less motion Step and Run move time by hand; every control can be reached by Tab."""
    figure.locator(".ps-more > summary").click()
    figure.get_by_role("button", name="Step", exact=True).focus()
    for _ in range(30):
        page.keyboard.press("Enter")
    expect(figure.locator("[data-part=said]")).not_to_contain_text("After 0 s")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run 60 s instantly"


def test_time_flows_and_pauses_where_motion_is_welcome(page: Page, figure: Locator) -> None:
    """Run lets requests come and go by themselves; Pause holds everything still."""
    press(figure, "Step")  # whoever has touched it is not shown how it plays by itself
    page.emulate_media(reduced_motion="no-preference")
    press(figure, "Run")
    expect(figure.locator("[data-part=a-served]")).not_to_have_text("0")
    press(figure, "Pause")
    before = figure.locator("[data-part=a-served]").inner_text()
    page.wait_for_timeout(300)
    assert figure.locator("[data-part=a-served]").inner_text() == before


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_axe_finds_nothing_while_it_stands_in_the_middle(open_page: Callable, scheme: str, width: int) -> None:
    """With a queue, time-outs, two pools, a verdict and all settings open it is accessible and no wider than a phone."""
    opened = open_page(PAGE + "#scenario=thundering_herd&compare=1", scheme=scheme, width=width, watched=True)
    figure = opened.page.locator("figure[data-simulator]")
    for name in ("Check goal", "Step", "Step", "Run 60 s instantly"):
        press(figure, name)
    opened.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = axe(opened.page)
    assert found.violations_count == 0, found.generate_report()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.errors == []
