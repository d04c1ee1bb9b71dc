"""What a notebook shows: findings, figures, tables and the machine, each made from the data of its run.

A claim is the output of a cell: its numbers are put in when it is run, so it cannot contradict the figure beside it.
"""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from importlib.metadata import version

from IPython.display import display
from matplotlib.figure import Figure

from poolschool.course.labs import FINDING
from poolschool.measure.labs.theme import themed_svg


def say(text: str) -> None:
    """Say what was found, as Markdown."""
    display({"text/markdown": text, "text/plain": text}, raw=True, metadata={"poolschool": FINDING})


def figure(drawing: Figure, *, shows: str, finding: str) -> None:
    """Show a drawing with its finding below; who does not see it is told what it shows and what is found."""
    text = f"{shows} {plain(finding)}"
    display({"image/svg+xml": themed_svg(drawing, text), "text/plain": text}, raw=True)
    say(finding)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Show a table; numbers are aligned to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    numeric = [all(set(row[column]) <= set("0123456789,.% ") for row in cells) for column in range(len(heads))]
    lines = [list(heads), ["---:" if right else "---" for right in numeric], *cells]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    display({"text/markdown": text, "text/plain": text}, raw=True)


def fold(summary: str, items: Iterable[str]) -> None:
    """Show a list that stays closed until it is opened."""
    listed = "".join(f"<li>{escape(item, quote=False)}</li>" for item in items)
    text = f"<details><summary>{escape(summary)}</summary><ul>{listed}</ul></details>"
    display({"text/markdown": text, "text/plain": text}, raw=True)


def machine(postgresql: str) -> None:
    """Say where and with what this was measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "psycopg"))
    text = (
        f"Measured on {date.today().isoformat()} on a machine with {cores} cores ({platform.system()} {platform.machine()}): "  # noqa: DTZ011 - the reader's own calendar
        f"PostgreSQL {postgresql} on the same machine, Python {platform.python_version()}, {libraries}.{_load(cores or 1)}"
    )
    display({"text/markdown": text, "text/plain": text}, raw=True, metadata={"poolschool": "machine"})


def _load(cores: int) -> str:
    """Say whether others wanted the same cores, where the system tells it."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return f" Other programs kept its cores busy (load {load:.1f})." if load > cores else ""


def plain(text: str) -> str:
    """Give a text without Markdown's signs."""
    return text.replace("**", "").replace("`", "")
