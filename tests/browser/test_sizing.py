"""The sizing calculator on its page: it answers as the terminal does, names nonsense, and can be shared."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PAGE = "reference/sizing/"


@pytest.fixture
def page(open_page: Callable) -> Page:
    """Open the calculator."""
    return open_page(PAGE).page


def test_the_page_and_the_terminal_say_the_same(page: Page) -> None:
    """For the same numbers the line, the budget and each step by hand are those of `poolschool size`."""
    page.get_by_label("A request holds").fill("35")
    page.get_by_label("Hosts").fill("3")
    program = "from poolschool.cli.app import main; main()"
    wish = ["--rate", "200", "--hold", "35", "--processes", "4", "--hosts", "3"]
    command = [sys.executable, "-c", program, "size", *wish, "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    expect(page.locator(".ps-size-line")).to_have_text(told["line"])
    answer = page.locator(".ps-size-answer").inner_text()
    for step in told["steps"]:
        assert step["numbers"] in answer
    assert f"up to {told['budget']['used']} connections of 12 pools" in answer


def test_nonsense_is_named_beside_its_field_and_nothing_is_lost(page: Page) -> None:
    """Letters, nothing, a negative number and HTML are answered beside the field; the other numbers stay."""
    field = page.get_by_label("Requests that use")
    for typed, told in (
        ("many", "not a number"),
        ("", "not a number"),
        ("-5", "must be from"),
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


def test_numbers_travel_in_the_link(page: Page, open_page: Callable) -> None:
    """What was typed stands in the address, and opening that address types it again."""
    page.get_by_label("Processes on each host").fill("8")
    expect(page.locator(".ps-size-facts")).to_contain_text("8 pools")
    again = open_page(PAGE + "#" + page.url.split("#")[1]).page
    expect(again.locator(".ps-size-facts")).to_contain_text("8 pools")
    assert again.get_by_label("Processes on each host").input_value() == "8"


def test_without_scripts_the_form_says_so(open_page: Callable) -> None:
    """Without JavaScript the page says what to do, and the formulas stand below."""
    page = open_page(PAGE, scripts=False).page
    expect(page.locator(".ps-size-answer")).to_contain_text("poolschool size")
    expect(page.get_by_text("Erlang’s").or_(page.get_by_text("Erlang's")).first).to_be_visible()
