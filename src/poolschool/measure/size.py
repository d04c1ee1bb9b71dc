"""`poolschool size`: the sizing calculator in the terminal, from the formulas of the page."""

import json
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root
from poolschool.measure.javascript import Module
from poolschool.site.figures.sizing import FIELDS


def size(wish: dict[str, float], as_json: bool) -> int:
    """Print pool_size, max_overflow and pool_timeout for a wish (in the units of FIELDS), and how they come about.

    Exit code 0, or 1 if the wish cannot be granted. Raises UserMistake for values that make no sense.
    """
    scaled = {field.name: wish[field.name] * field.scale for field in FIELDS}
    with Module(find_root() / "docs" / "assets" / "sizing" / "sizing.js") as sizing:
        if faults := sizing.call("faults", scaled):
            raise UserMistake("\n".join(f"--{_option(name)} {what}" for name, what in faults.items()))
        advice = sizing.call("advise", scaled)
    if as_json:
        print(json.dumps(advice, indent=1))  # noqa: T201 - the command's output
    else:
        _show(advice)
    return 1 if advice["impossible"] else 0


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
