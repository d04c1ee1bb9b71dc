"""`poolschool size`: the sizing calculator in the terminal, from the formulas of the page."""

import json
import math
import re
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_pages
from poolschool.measure.javascript import Module
from poolschool.site.figures.sizing import FIELDS


def size(wish: dict[str, float], as_json: bool) -> int:
    """Print pool_size, max_overflow and pool_timeout for a wish (in the units of FIELDS), and how they come about.

    Exit code 0, or 1 if the wish cannot be granted. Raises UserMistake for values that make no sense.
    """
    scaled = {field.name: _number(wish[field.name]) * field.scale for field in FIELDS}
    if wrong := [name for name, value in scaled.items() if not math.isfinite(value)]:  # JSON has no way to write them
        raise UserMistake("\n".join(f"--{_option(name)} must be a finite number." for name in wrong))
    with Module(find_pages() / "docs" / "assets" / "sizing" / "sizing.js") as sizing:
        if faults := sizing.call("faults", scaled):
            raise UserMistake("\n".join(f"--{_option(name)} {_in_units(name, what)}" for name, what in faults.items()))
        advice = sizing.call("advise", scaled)
    if as_json:
        print(json.dumps(advice, indent=1))  # noqa: T201 - the command's output
    else:
        _show(advice)
    return 1 if advice["impossible"] else 0


def _number(value: float) -> float:
    """Return a value as a float, infinity for an int that is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _in_units(name: str, what: str) -> str:
    """Return a fault of sizing.js in the unit in which the value was given."""
    field = next(field for field in FIELDS if field.name == name)
    if field.scale == 1:
        return what
    limits = re.sub(r"(?<=from |..to )[\d.e-]*\d", lambda number: f"{float(number[0]) / field.scale:.10g}", what)
    return f"{limits.removesuffix('.')} {field.unit}." if limits != what else what


def _option(name: str) -> str:
    return name.replace("_", "-")


def _show(advice: dict[str, Any]) -> None:
    out = Console()
    if advice["impossible"]:
        out.print(Panel(advice["impossible"], title="This cannot be", border_style="red"), highlight=False)
        out.print("The closest that fits:", highlight=False)
    out.print(advice["line"], style="bold", markup=False, highlight=False)
    budget = advice["budget"]
    out.print(
        f"{advice['pools']} pools open at most {budget['used']} of the {budget['available']} connections that the database has.",
        style="red" if budget["over"] else "",
        highlight=False,
    )
    table = Table(box=None, pad_edge=False)
    for title in ("by hand", "formula", "with your numbers", "source"):
        table.add_column(title, overflow="fold")
    for step in advice["steps"]:
        table.add_row(step["name"], step["formula"], step["numbers"], step["source"])
    out.print(table, highlight=False)
    for remark in advice["remarks"]:
        out.print(f"• {remark}", markup=False, highlight=False)
