"""The stills in the pages are what the figures' own scripts draw."""

import json
from pathlib import Path

import pytest

from poolschool.measure.javascript import Module
from poolschool.site.figures.stills import FOLDER

DRAWS = Path(__file__).with_name("stills.mjs")


def stills() -> dict[str, str]:
    """Let each figure's module draw its still, as text for its file."""
    with Module(DRAWS) as module:
        return {
            name: json.dumps(module.call("draw", name), indent=1, ensure_ascii=False) + "\n"
            for name in module.call("names")
        }


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    """Draw all once."""
    return stills()


def test_every_still_is_what_its_script_draws(drawn: dict[str, str]) -> None:
    """Renew them with `make stills` after a change to a figure."""
    assert {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == drawn


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in stills().items():
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
