"""The ten recorded pools: what the checker plays and the figure shows is what the simulation gives, and both judge alike."""

import ast
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from poolschool.measure.javascript import Module

HERE = Path(__file__)
ROOT = HERE.parents[2]
CHECKER = ROOT / "exercises/p4_scale/l16_watching_the_pool_test.py"
SIGNS = ("used", "pending", "wait", "timeouts", "failed")
Row = list[int | None]


def of_the_checker(name: str) -> Any:
    """Read a table of the checker; it is not imported, since that would need a learner's file."""
    for statement in ast.parse(CHECKER.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            table = {} if not isinstance(statement.value, ast.Dict) else statement.value
            return {
                ast.literal_eval(key): tuple(part.value for part in value.elts if isinstance(part, ast.Constant))
                if isinstance(value, ast.Tuple)
                else ast.literal_eval(value)
                for key, value in zip(table.keys, table.values, strict=True)
                if key is not None
            }
    raise AssertionError(name)


def rows(text: str) -> list[Row]:
    """Read a recording as it is written in the checker and in the figure."""
    return [[None if word == "-" else int(word) for word in row.split()] for row in text.split("|")]


@pytest.fixture(scope="module")
def simulated() -> dict[str, list[Row]]:
    """Play all ten once."""
    with Module(HERE.with_name("pool_minutes.mjs")) as module:
        played: dict[str, list[Row]] = module.call("minutes")
    return played


def is_bad(row: Row, most: int, signs: tuple[str, ...]) -> bool:
    """Say whether one of the signs is in a minute."""
    used, pending, timeouts, failed, _, wait, _ = row
    seen = {
        "used": used == most,
        "pending": pending,
        "wait": (wait or 0) > 1000,
        "timeouts": timeouts,
        "failed": failed,
    }
    return any(seen[sign] for sign in signs)


def first_ring(recording: list[Row], most: int, signs: tuple[str, ...], in_a_row: int) -> int:
    """Say in which minute an alarm rings first; 0 if in none."""
    for end in range(in_a_row, len(recording) + 1):
        if all(is_bad(row, most, signs) for row in recording[end - in_a_row : end]):
            return end
    return 0


def test_the_checker_plays_what_was_simulated(simulated: dict[str, list[Row]]) -> None:
    """Ten recordings of ten minutes, each number as the simulation gives it."""
    written = {name: rows(text) for name, text in of_the_checker("RECORDINGS").items()}
    assert written == simulated
    assert {len(recording) for recording in written.values()} == {10}
    assert set(of_the_checker("HEALTHY")) | set(of_the_checker("INCIDENTS")) == set(written)


def test_the_figure_shows_what_was_simulated(simulated: dict[str, list[Row]]) -> None:
    """The figure's recordings are the same, with the same limits, incidents first."""
    incidents = of_the_checker("INCIDENTS")
    with Module(HERE.with_name("watching_scripts.mjs")) as module:
        shown = module.call("recordings")
    assert {one["key"]: rows(one["minutes"]) for one in shown} == simulated
    assert {one["key"]: one["by"] for one in shown if "by" in one} == {key: row[2] for key, row in incidents.items()}
    assert {row[1] for row in incidents.values()} == {4}
    assert {one["key"]: one["most"] for one in shown if one["most"] != 15} == of_the_checker("MOST")
    assert ["by" in one for one in shown] == [True] * 5 + [False] * 5


def test_figure_and_checker_judge_alike(simulated: dict[str, list[Row]]) -> None:
    """For every choice of signs and of minutes in a row: first ring and verdict are what the checker would say."""
    incidents, most = of_the_checker("INCIDENTS"), of_the_checker("MOST")
    rules = [(signs, many) for size in range(6) for signs in combinations(SIGNS, size) for many in (1, 2, 3, 4)]
    with Module(HERE.with_name("watching_scripts.mjs")) as module:
        heard = module.call("judge", rules)
    for (signs, many), verdicts in zip(rules, heard, strict=True):
        for name, recording in simulated.items():
            rings = first_ring(recording, most.get(name, 15), signs, many)
            earliest, latest = incidents[name][1:3] if name in incidents else (0, 0)
            assert verdicts[name] == [rings, earliest <= rings <= latest], (signs, many, name)


def test_the_numbers_on_the_page_and_in_the_quiz(simulated: dict[str, list[Row]]) -> None:
    """The locked minute, the two readings of a database that is gone, the late ones, the deploy and the long reports."""
    assert simulated["table_lock"][3] == [15, 25, 25, 0, 432, 6, 293]
    pending = {name: max(row[1] or 0 for row in recording) for name, recording in simulated.items()}
    assert pending["table_lock"] == pending["slow_query"] == pending["short_burst"] == 40 - 15
    assert [row[3] for row in simulated["database_gone"][3:5]] == [2239, 2414]
    assert {tuple(row[:3]) for row in simulated["database_gone"][3:]} == {(0, 0, 0)}
    assert [round((row[5] or 0) / 1000, 1) for row in simulated["slow_query"][3:5]] == [1.4, 1.4]
    assert round((simulated["cold_start"][0][5] or 0) / 1000, 1) == 3.9
    assert [round((row[6] or 0) / 1000) for row in simulated["slow_but_few"][:2]] == [17, 22]


def test_no_single_sign_is_enough(simulated: dict[str, list[Row]]) -> None:
    """Whatever one sign an alarm looks at, and for how long: it is wrong of one of the ten at least; three signs for two minutes are not."""
    with Module(HERE.with_name("watching_scripts.mjs")) as module:
        single = module.call("judge", [[[sign], many] for sign in SIGNS for many in (1, 2, 3, 4)])
        together = module.call("judge", [[["wait", "timeouts", "failed"], 2]])
    assert all(not all(right for _, right in verdicts.values()) for verdicts in single)
    assert all(right for _, right in together[0].values())
