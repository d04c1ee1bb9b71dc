"""The page about the bench lists what there is: scenarios, options, settings, faults."""

import re
from pathlib import Path

import pytest
import typer

from poolschool.cli.app import app
from poolschool.measure.bench import scenario_chart
from poolschool.measure.bench.scenario_figures import Scenarios
from poolschool.measure.bench.scenarios import SCENARIOS
from poolschool.store.settings import Settings
from poolschool.store.sown_faults.catalogue import FAULTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reference/bench.md").read_text(encoding="utf-8")


def rows(start: str) -> list[list[str]]:
    """Give the cells of the table's rows whose first cell starts so."""
    return [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith(f"| `{start}")
    ]


def test_each_scenario_is_listed_with_its_words() -> None:
    """The table of scenarios is that of the command."""
    listed = [row for row in rows("") if row[0] in {one.name for one in SCENARIOS}]
    assert listed == [[one.name, one.says] for one in SCENARIOS]


def test_each_option_exists() -> None:
    """The options are those of `poolschool bench`, all of them."""
    command = typer.main.get_command(app).commands["bench"]  # type: ignore[attr-defined]
    options = {name for option in command.params for name in option.opts if name.startswith("--")}
    assert {row[0].split()[0] for row in rows("--")} == options


def test_each_setting_is_listed_with_its_default() -> None:
    """The settings are those of the store, with their defaults."""
    listed = {row[0]: row[1] for row in rows("STORE_") if len(row) == 3}
    fields = {
        f"STORE_{name.upper()}": "" if field.is_required() else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert listed == fields


def test_each_fault_is_listed() -> None:
    """The faults are those that can be sown."""
    assert {row[0] for row in rows("")} >= set(FAULTS)


@pytest.mark.parametrize("name", re.findall(r"`(_[a-z_]+)`", PAGE))
def test_each_metric_is_one_of_the_store(name: str) -> None:
    """What the page names of /metrics is there."""
    from poolschool.store.metrics import PoolMetrics

    assert f"db_client_connection{name}" in PoolMetrics("store").text().decode()


def test_the_chart_is_that_of_the_measurement() -> None:
    """scenarios.svg is drawn from scenarios.json; renew both with `poolschool bench --all --output docs/assets`."""
    found = Scenarios.model_validate_json((DOCS / "assets/scenarios.json").read_text(encoding="utf-8"))
    assert (DOCS / "assets/scenarios.svg").read_text(encoding="utf-8") == scenario_chart.chart(found)
    assert {one.name for one in found.scenarios if one.answers} == {one.name for one in SCENARIOS}
