"""Where findings lead: sections that are there, and scenarios in which the simulator shows the trouble."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from inspect_cases import CASES

from poolschool.measure.inspect.rules.table import findings
from poolschool.measure.inspect.scenarios import LIMITS
from poolschool.measure.javascript import Module
from poolschool.site.figures.simulator import MAIN, MORE, SWITCHES, TROUBLE, goals

ROOT = Path(__file__).parents[4]
CONTROLS = {control.name: control for control in (*MAIN, *MORE)}
FOUND = {rule: next(one for one in findings(faulty()) if one.rule == rule) for rule, faulty, *_ in CASES}
SIMULATED = {
    rule: one.see.partition("#")[2] for rule, one in FOUND.items() if one.see.startswith("reference/simulator/")
}
# What the simulator counts when it shows the trouble, and how much of it there must be in a minute.
SHOWN = {
    "over_budget": ("refused", 1), "over_budget_in_deploy": ("refused", 1), "no_limit": ("refused", 1),
    "no_pool": ("opened", 1000), "engine_per_request": ("opened", 1000), "churn": ("opened", 1000),
    "blocks_the_loop": ("served", 1), "cliff": ("timeouts", 1), "leaks": ("timeouts", 1), "waits_for_ever": ("leaked", 15),
    "longer_than_the_client": ("waited", 1), "stale": ("broken", 4),
}  # fmt: skip


@pytest.fixture(scope="module")
def simulator() -> Iterator[Module]:
    """Keep the simulator loaded."""
    with Module(ROOT / "docs" / "assets" / "simulator" / "goals.js") as module:
        yield module


@pytest.mark.parametrize("rule", FOUND)
def test_a_finding_leads_to_a_section_that_is_there(rule: str) -> None:
    """The lesson's section and the figure's page are in the course."""
    for address in (FOUND[rule].lesson, FOUND[rule].see.partition("#")[0]):
        page, _, anchor = address.partition("#")
        text = (ROOT / "docs" / f"{page.rstrip('/')}.md").read_text(encoding="utf-8")
        assert not anchor or f"#{anchor} }}" in text


def settings_of(link: str) -> dict[str, object]:
    """Turn a link's fields into what the engine takes, as the page does."""
    told = dict(parse_qsl(link))
    settings: dict[str, object] = dict(goals()[told.pop("scenario")]["settings"])
    assert told.pop("free") == "1"
    for name, value in told.items():
        if name in TROUBLE:
            continue  # each is on in its scenario
        settings[name] = value == "1" if name in SWITCHES else float(value) * CONTROLS[name].scale
    return settings


@pytest.mark.parametrize("rule", SIMULATED)
def test_a_link_sets_fields_within_their_range(rule: str) -> None:
    """Each field of a link is one of the page's, and its number is within what the field takes."""
    told = dict(parse_qsl(SIMULATED[rule]))
    assert told.keys() <= {"scenario", "free", *CONTROLS, *SWITCHES, *TROUBLE}
    for name in told.keys() & CONTROLS.keys():
        assert CONTROLS[name].low <= float(told[name]) <= CONTROLS[name].high


def test_ranges_are_those_of_the_page() -> None:
    """The numbers to which a link is cut are the ends of the page's fields."""
    assert {name: (CONTROLS[name].low, CONTROLS[name].high) for name in LIMITS} == LIMITS


@pytest.mark.parametrize("rule", SIMULATED)
def test_the_simulator_shows_the_trouble(rule: str, simulator: Module) -> None:
    """A minute of the linked scenario has what the finding foretells: refusals, time-outs, broken or opened connections, waits."""
    name, least = SHOWN.get(rule, ("waited", 100))
    settings = settings_of(SIMULATED[rule])
    result = simulator.call("tryGoal", [], settings)["result"]
    if rule == "blocks_the_loop":  # one thread serves all: 0.1 s each, one after the other
        assert result["served"] <= 1.2 * 60 / 0.1
    else:
        assert result[name] >= least, result
    if rule not in SHOWN:  # and hardly anybody waits where nobody holds for long
        assert simulator.call("tryGoal", [], settings | {"slow": 0})["result"]["waited"] * 10 < result["waited"]


def test_every_link_is_of_the_course() -> None:
    """No finding leads elsewhere."""
    assert not [one for found in FOUND.values() for one in (found.lesson, found.see) if re.match(r"\w+:", one)]
