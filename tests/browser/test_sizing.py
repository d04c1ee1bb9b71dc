"""The sizing calculator on its page: it answers as the terminal does, names nonsense, and can be shared."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from poolschool.site.figures.situations import SITUATIONS, Situation

PAGE = "reference/sizing/"


@pytest.fixture
def page(open_page: Callable) -> Page:
    """Open the calculator."""
    return open_page(PAGE).page


def terminal(*words: str) -> dict[str, Any]:
    """Ask `poolschool size` for the same."""
    program = "from poolschool.cli.app import main; main()"
    command = [sys.executable, "-c", program, "size", *words, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def test_the_page_and_the_terminal_say_the_same(page: Page) -> None:
    """For the same numbers the line, the budget and each step by hand are those of `poolschool size`."""
    page.get_by_label("A request holds").fill("35")
    page.get_by_label("Hosts", exact=False).first.fill("3")
    wish = ["--rate", "200", "--hold", "35", "--processes", "4", "--hosts", "3"]
    told = terminal(*wish)["advice"]
    expect(page.locator(".ps-size-line")).to_have_text(told["line"])
    answer = page.locator(".ps-size-answer").inner_text()
    for step in told["steps"]:
        assert step["numbers"] in answer
    assert told["budget"]["what"] in answer
    for remark in told["remarks"]:
        assert remark["what"].replace("`", "") in answer


def test_nonsense_is_named_beside_its_field_and_nothing_is_lost(page: Page) -> None:
    """Letters, nothing, a negative number and HTML are answered beside the field; the other numbers stay."""
    field = page.get_by_label("Requests that use")
    for typed, told in (
        ("many", "not a number"),
        ("", "It is missing: a number belongs here."),
        ("-5", "must be from 0.001 to 1000000 per second."),
        ("<b>1</b>", "not a number"),
    ):
        field.fill(typed)
        expect(page.locator(".ps-size-fault:not(:empty)")).to_contain_text(told)
        assert field.get_attribute("aria-invalid") == "true"
        expect(page.locator(".ps-size-answer")).to_contain_text("Fix the highlighted fields")
    field.fill("200,0")
    expect(page.locator(".ps-size-line")).to_have_text(
        "create_engine(url, pool_size=2, max_overflow=1, pool_timeout=1)"
    )


def test_a_wish_that_cannot_be_is_red_and_told_why(page: Page) -> None:
    """Too much for the database is said first, in words, with the closest that fits below."""
    page.get_by_label("Requests that use").fill("6000")
    expect(page.locator(".ps-size-no")).to_contain_text("the queue is unbounded")
    expect(page.locator(".ps-size-over")).to_be_visible()


def test_limits_are_in_the_unit_of_the_field(page: Page) -> None:
    """What is typed in ms is limited in ms."""
    page.get_by_label("A request holds").fill("0")
    expect(page.locator(".ps-size-fault:not(:empty)")).to_have_text("It must be from 0.001 to 3600000 ms.")


def test_settings_are_checked_as_in_the_terminal(page: Page) -> None:
    """Verdict and findings are those of `poolschool size --check`, with a load and without; each has a lesson that opens."""
    for name, value in (("pool_size", "20"), ("max_overflow", "10")):
        page.get_by_label(name, exact=False).last.fill(value)
    page.get_by_label("Processes on each host").fill("8")
    for load in (("rate=200", "hold=20"), ()):
        told = terminal("--check", "pool_size=20", "max_overflow=10", "workers=8", *load)["check"]
        expect(page.locator(".ps-size-verdict")).to_have_text(f"{told['verdict']} {told['settings']}")
        expect(page.locator(".ps-size-findings li")).to_have_count(len(told["findings"]))
        for finding in told["findings"]:
            expect(page.locator(".ps-size-findings")).to_contain_text(finding["what"].replace("`", ""))
        for field in ("Requests that use", "A request holds"):
            page.get_by_label(field).fill("")
    page.locator(".ps-size-findings a").first.click()
    expect(page.locator("h1")).to_contain_text("Forks and workers")


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_each_example_is_filled_in_and_answered(page: Page, situation: Situation) -> None:
    """A button types its service, and the advice or the verdict is the terminal's."""
    page.get_by_role("button", name=situation.name).click()
    typed = {"processes": "4", **situation.typed}
    told = terminal(*(f"{name}={value}" for name, value in typed.items() if value))
    for name, value in typed.items():
        assert page.locator(f"input[name={name}]").input_value() == value
    if told["check"]:
        expect(page.locator(".ps-size-verdict")).to_contain_text(told["check"]["verdict"])
        return
    advice = told["advice"]
    line = advice["released"]["line"] if advice["released"] else advice["line"]
    expect(page.locator(".ps-size-line")).to_have_text(line)
    said = page.locator(".ps-size-answer").inner_text()
    assert advice["impossible"] in said
    if advice["released"]:
        assert advice["released"]["what"] in said


def test_numbers_travel_in_the_link(page: Page, open_page: Callable) -> None:
    """What was typed stands in the address, and opening that address types it again."""
    page.get_by_label("Processes on each host").fill("8")
    expect(page.locator(".ps-size-facts")).to_contain_text("8 processes")
    again = open_page(PAGE + "#" + page.url.split("#")[1]).page
    expect(again.locator(".ps-size-facts")).to_contain_text("8 processes")
    assert again.get_by_label("Processes on each host").input_value() == "8"


def test_without_scripts_the_form_says_so(open_page: Callable) -> None:
    """Without JavaScript the page says what to do, and the formulas stand below."""
    page = open_page(PAGE, scripts=False).page
    expect(page.locator(".ps-size-answer")).to_contain_text("poolschool size")
    expect(page.get_by_text("Erlang’s").or_(page.get_by_text("Erlang's")).first).to_be_visible()
