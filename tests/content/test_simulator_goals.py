"""Every scenario fails as it is issued, and can be mended; what does not help is told by its number."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from poolschool.course.lessons import find_root, load_course
from poolschool.measure.javascript import Module
from poolschool.site.figures.simulator import goals

GOALS = goals()
# One way to reach each goal; readers find their own.
MENDED: dict[str, dict[str, Any]] = {
    "why_pooling": {"pool_size": 10},
    "cost_of_connecting": {"pooled": True},
    "engine_and_pool": {"pool_size": 9},
    "overflow_churn": {"pool_size": 10, "max_overflow": 0},
    "thundering_herd": {"pool_size": 16},
    "leaks": {"leak": 0},
    "slow_query": {"pool_size": 15},
    "forty_threads": {"threads": 15},
    "four_workers": {"pool_size": 6, "max_overflow": 0},
    "database_restart": {"pool_pre_ping": True},
}
# What people try first.
IN_VAIN: dict[str, dict[str, Any]] = {
    "why_pooling": {"pool_size": 13},
    "cost_of_connecting": {"max_overflow": 50},
    "engine_and_pool": {"pool_timeout": 60},
    "overflow_churn": {"max_overflow": 20},
    "thundering_herd": {"pool_timeout": 30},
    "leaks": {"pool_size": 40, "max_overflow": 0},
    "slow_query": {"pool_timeout": 60},
    "forty_threads": {"shoppers": 60, "threads": 0},
    "four_workers": {"max_overflow": 0, "pool_size": 7},
    "database_restart": {"pool_recycle": 30},
}


@pytest.fixture(scope="module")
def runs() -> Iterator[Module]:
    """Keep the goals' checker loaded."""
    with Module(Path(__file__).with_name("simulator_goals.mjs")) as module:
        yield module


@pytest.mark.parametrize("name", GOALS)
def test_a_goal_is_missed_as_issued_and_reached_when_mended(name: str, runs: Module) -> None:
    """The issued settings miss the goal, one change reaches it for ten seeds, and what people try first does not."""
    scenario = GOALS[name]
    issued = scenario["settings"]
    assert not runs.call("tryGoal", scenario["goal"], issued)["reached"]
    for seed in range(1, 11):
        found = runs.call("tryGoal", scenario["goal"], issued | MENDED[name] | {"seed": seed})
        assert found["reached"], (seed, found["lines"])
    vain = runs.call("tryGoal", scenario["goal"], issued | IN_VAIN[name])
    assert not vain["reached"]
    assert any(not line["kept"] and "wanted at most" in line["text"] for line in vain["lines"])


def test_there_are_ten_and_those_of_lessons_have_their_names() -> None:
    """At least ten scenarios; those that teach what a lesson teaches carry its topic; the others have figures of their own."""
    topics = {lesson.topic for lesson in load_course(find_root(Path(__file__).parent)).lessons}
    assert len(GOALS) >= 10
    assert topics & set(GOALS) == {"why_pooling", "cost_of_connecting", "engine_and_pool", "leaks"}


def test_the_numbers_in_the_notices_are_so(runs: Module) -> None:
    """Overflow churn opens thousands in a minute; a leak of 2 % loses a connection a second."""
    churn = runs.call("tryGoal", [], GOALS["overflow_churn"]["settings"])["result"]
    assert churn["opened"] > 2000
    leak = runs.call("tryGoal", [], GOALS["leaks"]["settings"] | {"pool_size": 0, "seed": 4})["result"]
    assert leak["leaked"] == pytest.approx(60, abs=16)
    slow = GOALS["slow_query"]["settings"]
    share = slow["slow"] * slow["slow_hold"] / (slow["slow"] * slow["slow_hold"] + (1 - slow["slow"]) * slow["hold"])
    assert share > 5 / 6


def test_goals_are_plain_data() -> None:
    """Scenarios are JSON with a question, settings that the engine knows, a goal and what to notice."""
    for scenario in GOALS.values():
        assert set(scenario) == {"title", "question", "settings", "goal", "notice"} | ({"fix"} & set(scenario))
        assert json.loads(json.dumps(scenario)) == scenario
