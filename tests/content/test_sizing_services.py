"""The six services of the calculator's page: its commands are its buttons, and what it says of each is what comes out."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from poolschool.cli.app import app
from poolschool.course.lessons import find_root
from poolschool.measure.javascript import Module
from poolschool.site.figures.situations import SITUATIONS
from poolschool.site.figures.sizing import FIELDS

ROOT = find_root(Path(__file__).parent)
PAGE = (ROOT / "docs/reference/sizing.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Six services")[2].partition("\n## ")[0]
SERVICES = re.split(r"^(?=\*\*[^*]+\.\*\* )", SECTION, flags=re.MULTILINE)[1:]


def commands(text: str) -> list[list[str]]:
    """Give the words of each command in a text."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [shlex.split(block.replace("\\\n", " ")) for block in blocks]


def run(words: list[str]) -> dict[str, Any]:
    """Run a command of the page; give its JSON."""
    assert words[:2] == ["poolschool", "size"]
    return json.loads(CliRunner().invoke(app, [*words[1:], "--json"]).stdout)


@pytest.mark.parametrize("number", range(len(SITUATIONS)), ids=[situation.name for situation in SITUATIONS])
def test_the_command_is_the_button(number: int) -> None:
    """What the button types and what the command asks give the same answer, number for number."""
    typed = {field.name: field.default for field in FIELDS} | SITUATIONS[number].typed
    with Module(ROOT / "docs/assets/sizing/sizing.js") as sizing:
        asked = sizing.call("read", typed)
        assert asked["faults"] == {}
        assert run(commands(SERVICES[number])[0]) == sizing.call("answer", asked["wish"])


def test_there_are_as_many_texts_as_buttons() -> None:
    """Each button has its paragraph."""
    assert len(SERVICES) == len(SITUATIONS) == 6


def test_the_sizes_in_the_text_are_those_of_the_commands() -> None:
    """Every `pool_size=…, max_overflow=…` in a paragraph is what its command advises."""
    compared = 0
    for service in SERVICES:
        advised = [
            f"`pool_size={answer['advice']['pool_size']}, max_overflow={answer['advice']['max_overflow']}`"
            for answer in map(run, commands(service))
            if answer["advice"] and not answer["advice"]["impossible"]
        ]
        found = re.findall(r"`pool_size=\d+, max_overflow=\d+`", service)
        compared += len(found)
        assert found in ([], advised)
    assert compared == 4


def test_the_other_numbers_in_the_text_are_computed() -> None:
    """The small shop's defaults, the busy connections, the pooler's size, the streams and the eight workers are as written."""
    shop, _, serverless, bouncer, streams, eight = SERVICES
    [fits] = [one["what"] for one in run(["poolschool", "size", "--check", "workers=2"])["check"]["findings"] if one["level"] == "fine"]  # fmt: skip
    assert "= 60 of 97" in fits
    assert "60 of 97" in shop
    assert run(commands(shop)[0])["advice"]["cliff"]["at"] == 41
    assert "41 at once" in shop
    load = run(commands(serverless)[0])["advice"]
    assert load["steps"][0]["numbers"].endswith("= 0.03 in each pool")
    assert "Only 6 connections" in serverless
    assert load["impossible"].startswith("200 processes want a connection each, and the database has 97")
    pooler = run(commands(bouncer)[1])["advice"]
    assert f"default_pool_size = {pooler['pool_size'] + pooler['max_overflow']}`" in bouncer
    released = run(commands(streams)[0])["advice"]["released"]
    assert "at most 1.08 requests per second" in released["what"]
    assert "pool_size=1, max_overflow=0" in released["line"]
    [wrong] = [one["what"] for one in run(commands(eight)[0])["check"]["findings"] if one["level"] == "wrong"]
    assert "= 240 connections, and the database has 97" in wrong
    assert "at most 6." in wrong
    assert "240 connections of 97. At most 6 fit" in eight


def test_the_lesson_shows_a_check_that_fails() -> None:
    """The lesson on sizing sends those who have settings to --check, with a command that works."""
    lesson = (ROOT / "docs/p4_scale/l15_sizing.md").read_text(encoding="utf-8")
    [command] = re.findall(r"`(poolschool size --check [^`]+)`", lesson)
    assert run(shlex.split(command))["check"]["level"] == "wrong"
