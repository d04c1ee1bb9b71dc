"""What a benchmark gives: rows of a table, each with its figure, unit and target; and what it cannot do without.

rows(runs) -> Iterator[Row]      in every bench_*.py; `python tests/bench` prints them all
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """A figure: what was measured, how much of which unit, and the target in words ("" if there is none)."""

    name: str
    figure: float
    unit: str
    target: str = ""


class Missing(Exception):
    """A part of the machine that a benchmark needs and has not; the text says what, and how to get it."""


def text(figure: float) -> str:
    """Write a figure with three digits that count."""
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"


def show(rows: Iterable[Row]) -> None:
    """Print rows as they come, in columns."""
    for row in rows:
        target = f"  target: {row.target}" if row.target else ""
        print(f"{row.name:<58} {text(row.figure):>10} {row.unit:<14}{target}", flush=True)  # noqa: T201 - a program's output


def program(rows: Callable[[int], Iterator[Row]], runs: int) -> None:
    """Run one benchmark as a program: `python tests/bench/bench_NAME.py [RUNS]`. Exit code 2 if a part is missing."""
    try:
        show(rows(int(sys.argv[1]) if len(sys.argv) > 1 else runs))
    except Missing as missing:
        sys.exit(f"Not measured: {missing}")
