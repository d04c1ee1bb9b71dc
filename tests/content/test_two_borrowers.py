"""The figure of the two borrowers tells what Python's threads do: the same lines, in every order of the two."""

import importlib.util
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from poolschool.measure.javascript import Module
from poolschool.schedules.run import Actor, Run, Work
from poolschool.schedules.stage import Stage
from poolschool.site.figures.borrowers import LISTING

SCRIPT = Path(__file__).parents[2] / "docs/assets/pool/threads.js"
ORDERS = ["".join(order) for order in product("AB", repeat=7)]
HEAD = "from threading import Lock\nidle, lock = [1, 2], Lock()\n"
FIRST = 3  # the line of the file on which the listing begins


def load(folder: Path, locked: bool) -> ModuleType:
    """Write the lines of the figure into a module and import it."""
    listing = [text if locked or name != "lock" else "    if True:" for name, text in LISTING.items()]
    file = folder / f"pool_{locked}.py"
    file.write_text(HEAD + "\n".join(listing), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class LineByLine:
    """Give the turn as the figure's reader does: each press lets one thread run one line of the listing."""

    def __init__(self, presses: str, first: int) -> None:
        self.presses: Iterator[str] = iter(presses + "A" * 9 + "B" * 9 + "A" * 9)
        self.first = first  # the first line that counts
        self.reached = {"A": 0, "B": 0}
        self.stands: dict[str, bool] = {}  # before a line that it has not run
        self.may = 0

    def __call__(self, me: Actor, among: list[Actor], must: bool) -> Actor | None:
        if not must:
            if me.line < self.first or me.line <= self.reached[me.name]:  # the lock itself, and the end of its block
                return None
            self.reached[me.name] = me.line
            self.may -= 1
            if self.may >= 0:
                return None
            self.stands[me.name] = True
        for name in self.presses:
            target = next((it for it in among if it.name == name and not it.ended and it.waits is None), None)
            if target:
                self.may = 0 if self.stands.pop(name, False) or self.reached[name] else 1
                return target
        return None


@pytest.mark.parametrize("locked", [False, True], ids=["without a lock", "with a lock"])
def test_the_figure_plays_as_threads_do(tmp_path: Path, locked: bool) -> None:
    """Who has what, and what is idle, is the same in the figure and in Python, for all 128 orders of seven presses."""
    shared = 0
    with Module(SCRIPT) as script, Stage(load(tmp_path, locked)) as stage:
        for presses in ORDERS:
            told: dict[str, Any] = script.call("play", presses, locked)
            has: dict[str, int] = {}
            idle: list[int] = []

            def make(_: Run, names: dict[str, Any], has: Any = has, idle: Any = idle) -> Mapping[str, Work]:
                def work(name: str) -> None:
                    has[name] = names["checkout"]()
                    idle[:] = names["idle"]

                return {name: partial(work, name) for name in "AB"}

            run = stage.play(make, LineByLine(presses, FIRST + (1 if locked else 2)))
            assert run.kind == "", run.text
            assert (told["has"], told["idle"]) == (has, idle), presses
            shared += has["A"] == has["B"]
    assert (shared == 0) == locked


def test_the_goal_can_be_reached() -> None:
    """Without a lock A and B share if both look before either has shortened the list; with one they do not."""
    with Module(SCRIPT) as script:
        assert script.call("play", "AB", False)["has"] == {"A": 2, "B": 2}
        assert script.call("play", "AABB", False)["has"] == {"A": 2, "B": 1}
        assert script.call("play", "AABB", True)["has"] == {"A": 2, "B": 1}
