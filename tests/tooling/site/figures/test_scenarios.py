"""The figures with which the pool can be touched, as HTML."""

import re
from pathlib import Path

import pytest
from outline import Outline

from poolschool.course.faults import UserMistake
from poolschool.site.figures.scenarios import scenario_html, scenario_names
from poolschool.site.figures.simulator import goals

ASSETS = Path(__file__).parents[4] / "docs" / "assets"
EVERY_SCENARIO = pytest.mark.parametrize("name", scenario_names())
VOID = {"input"}  # elements that are never closed


@EVERY_SCENARIO
def test_a_figure_is_whole(name: str) -> None:
    """Every element is closed in order, and no blank line ends the HTML block in Markdown."""
    html = scenario_html(name)
    assert Outline(html, VOID).open == []
    assert "\n\n" not in html
    assert html.startswith(f'<figure class="ps-pool" data-pool="{name}"')


@EVERY_SCENARIO
def test_a_figure_tells_its_story_without_scripts(name: str) -> None:
    """A caption and a story in words stand in the HTML itself, and every control waits for the script."""
    reader = Outline(scenario_html(name), VOID)
    story = scenario_html(name).split('<div class="ps-story">')[1]
    assert len(re.sub(r"<[^>]+>", "", story).split()) > 60
    assert "figcaption" in [tag for tag, _ in reader.elements]
    assert all("disabled" in attributes for tag, attributes in reader.elements if tag in {"button", "input", "select"})


@EVERY_SCENARIO
def test_every_control_has_a_label(name: str) -> None:
    """Inputs and lists stand inside a label, buttons have words, and no id can collide on a page."""
    reader, html = Outline(scenario_html(name), VOID), scenario_html(name)
    for control in re.finditer(r"<(input|select)", html):
        before = html[: control.start()]
        assert before.rfind("<label") > before.rfind("</label>")
    assert not re.search(r"<button[^>]*></button>", html)
    assert reader.all("id") == []
    assert not [key for _, attributes in reader.elements for key in attributes if key.startswith("on")]


@EVERY_SCENARIO
def test_parts_and_controls_are_named_once(name: str) -> None:
    """A script finds each part, button and setting of a figure by a name that is unique in it."""
    reader = Outline(scenario_html(name), VOID)
    for attribute in ("data-part", "data-do", "data-set"):
        names = reader.all(attribute)
        assert len(names) == len(set(names)) > 0


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    """A misspelt name is a user's mistake, and the answer names what was probably meant."""
    with pytest.raises(UserMistake, match=r"no pool scenario 'fone_boots'. Did you mean: phone_booths\b"):
        scenario_html("fone_boots")
    with pytest.raises(UserMistake, match="phone_booths, connecting, two_borrowers, engine_settings"):
        scenario_html("xyz")


def test_page_and_script_know_the_same_names() -> None:
    """Every scenario that can be placed on a page has a module that plays it, and the other way round."""
    script = (ASSETS / "pool/scenarios.js").read_text(encoding="utf-8")
    found = dict(re.findall(r"(\w+): \(\) => import\(\"(\./[\w-]+\.js|\.\./simulator/view\.js)\"\)", script))
    simulated = [name for name in scenario_names() if "data-simulator" in scenario_html(name)]
    assert (*found, *goals()) == scenario_names()
    assert simulated == ["simulator", *goals()]
    assert all((ASSETS / "pool" / module).is_file() for module in found.values())
