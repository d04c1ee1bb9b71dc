"""The figure of the knee waits as a real pool does: the same requests through both; and its story tells what it shows."""

import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from poolschool.course.lessons import find_root
from poolschool.measure.javascript import Module
from poolschool.site.figures.scenarios import scenario_html

ROOT = find_root(Path(__file__).parent)


@pytest.fixture(scope="module")
def model() -> Iterator[Module]:
    """Keep the model loaded."""
    with Module(Path(__file__).with_name("knee_scripts.mjs")) as module:
        yield module


@pytest.fixture(scope="module")
def proof() -> Any:
    """Load the lesson's proofs: they take traffic through a real QueuePool, moment by moment."""
    spec = spec_from_file_location("knee_proof", ROOT / "quizzes/p4_scale/l15_sizing_proof.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("rate", [100, 200, 300])
@pytest.mark.parametrize("connections", range(1, 11))
def test_the_figure_waits_as_a_real_pool(
    model: Module, proof: Any, rate: int, connections: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of four hundred requests waits as long in the model as on a QueuePool of that size, however time jumps."""
    monkeypatch.chdir(tmp_path)
    run = model.call("run", {"connections": connections, "rate": rate, "number": 400, "jump": 7 * connections})
    store = proof.Store(connections).serve([tuple(request) for request in run["requests"]])
    assert run["waits"] == pytest.approx(store.waits, abs=1e-6)
    assert run["busy"] == pytest.approx(store.busy, abs=1e-6)
    assert run["p95"] == pytest.approx(sorted(store.waits)[379], abs=1e-6)


def test_the_story_tells_what_the_figure_shows(model: Module) -> None:
    """The waits in the figure's story are those of its run, and six is the smallest pool within the target."""
    story = re.sub(r"<[^>]+>", "", scenario_html("knee")).split("The picture:")[1]
    p95 = {
        size: model.call("run", {"connections": size, "rate": 200, "number": 400, "jump": 1000})["p95"]
        for size in range(4, 8)
    }
    told = {
        5: r"for (\d+) ms at the p95",
        6: r"bring it to (\d+) ms",
        7: r"seven to (\d+) ms",
        4: r"ever ends: (\d+) ms",
    }
    for size, sentence in told.items():
        found = re.search(sentence, story)
        assert found
        assert round(p95[size]) == int(found[1])
    assert p95[6] <= 20 < p95[5]
    use = model.call("run", {"connections": 5, "rate": 200, "number": 400, "jump": 1000})["use"]
    assert use == pytest.approx(0.8, abs=0.02)
