"""A figure is light: the scripts that draw it, and the still that stands in the page before them."""

import gzip
import re
from pathlib import Path

import pytest

from poolschool.site.figures.scenarios import scenario_html

POOL = Path(__file__).parents[2] / "docs" / "assets" / "pool"
MODULES = dict(
    re.findall(r"(\w+): \(\) => import\(\"\./(\w+)\.js\"\)", (POOL / "scenarios.js").read_text(encoding="utf-8"))
)
# The rules of the pool, which figures, simulator and checks share. They are no part of the drawing.
MODEL = {"model.js", "process.js", "engine.js", "requests.js", "rules.js"}
MOST, MOST_STILL = 10_000, 3_000  # bytes, compressed


def needed(module: Path, found: set[Path]) -> set[Path]:
    """Give a module and all that it imports, without the model."""
    if module not in found and module.name not in MODEL:
        found.add(module)
        for path in re.findall(r'from "(\.{1,2}/[^"]+)"', module.read_text(encoding="utf-8")):
            needed((module.parent / path).resolve(), found)
    return found


@pytest.mark.parametrize("name", MODULES)
def test_a_figure_keeps_to_its_weight(name: str) -> None:
    """What draws a figure has at most 10 kB, each script compressed by itself, as it is sent; its still at most 3 kB."""
    scripts = needed(POOL / f"{MODULES[name]}.js", needed(POOL / "view.js", set()))
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in scripts}
    assert "figure.js" in weights
    assert sum(weights.values()) <= MOST, weights
    assert len(gzip.compress(scenario_html(name).encode())) <= MOST_STILL


def test_every_drawn_figure_is_weighed() -> None:
    """The list of figures is read from the scripts: a change of its form must not leave this file without a figure."""
    assert len(MODULES) >= 4
