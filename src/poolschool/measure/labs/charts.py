"""The charts of the labs: few kinds, wide enough for a phone, told apart by mark and dash as well as by colour.

Widths are of a phone (`WIDTH` points): on a larger screen a chart grows. Colours are names of theme.py's palette.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from poolschool.measure.labs.theme import HAIR, INK, LOOKS, PAPER, SERIES, SOFT

WIDTH = 360.0  # points, and pixels of the page's drawing
STYLES = tuple(zip(SERIES, ("-", "--", "-.", ":"), ("o", "s", "^", "D"), strict=True))

Points = Sequence[float]


@mpl.rc_context(LOOKS)
def bars(values: Mapping[str, float], unit: str, *, digits: int = 2) -> Figure:
    """Draw a bar for each value, its name and number above it; the largest is the accent."""
    figure, (axes,) = _panels(1, 34 * len(values) + 14)
    largest = max(values.values())
    for row, (name, value) in enumerate(values.items()):
        accent = value == largest
        axes.barh(
            -row,
            value,
            height=0.36,
            color=SERIES[1] if accent else SERIES[0],
            hatch="//" if accent else None,
            edgecolor=PAPER,
        )
        axes.text(0, -row + 0.26, f"{name}: {_number(value, digits)} {unit}".rstrip(), va="bottom", color=INK)
    axes.set(xlim=(0, largest * 1.02 or 1), ylim=(-len(values) + 0.5, 0.85))
    axes.axis("off")
    return figure


@mpl.rc_context(LOOKS)
def lines(
    panels: Mapping[str, Mapping[str, tuple[Points, Points]]],
    *,
    x: str,
    y: str,
    log_x: bool = False,
    log_y: bool = False,
    ticks: Points = (),
    steps: bool = False,
    marker_at: float | None = None,
) -> Figure:
    """Draw panels below each other, each with named lines (xs, ys); all share the axis `x`. "" names what needs no name."""
    figure, all_axes = _panels(len(panels), 150)
    for axes, (title, series) in zip(all_axes, panels.items(), strict=True):
        for (name, (xs, ys)), (colour, dash, mark) in zip(series.items(), cycle(STYLES), strict=False):
            many = len(xs) > 20
            axes.plot(xs, ys, label=name, color=colour, linestyle="-" if many and len(series) == 1 else dash, marker=None if many else mark,
                      markersize=4.5, markeredgecolor=PAPER, drawstyle="steps-post" if steps else None)  # fmt: skip
        if marker_at is not None:
            axes.axvline(marker_at, color=SOFT, linewidth=1, linestyle=":")
        if title:
            axes.set_title(title, loc="left")
        axes.set_ylabel(y)
        _scale(axes, log_x=log_x, log_y=log_y, ticks=ticks)
        if len(series) > 1:
            axes.legend(loc="best", labelcolor=SOFT)
    all_axes[-1].set_xlabel(x)
    return figure


@mpl.rc_context(LOOKS)
def pairs(values: Mapping[str, tuple[float, float]], names: tuple[str, str], *, x: str, log: bool = False) -> Figure:
    """Draw two values a row as two marks on one line: what the pair is called stands above it."""
    figure, (axes,) = _panels(1, 22 * len(values) + 60)
    for row, both in enumerate(values.values()):
        axes.plot(both, [-row, -row], color=SOFT, linewidth=1)
        for place, name, (colour, _, mark) in zip(both, names, STYLES, strict=False):
            label = name if row == 0 else None
            axes.plot(
                place, -row, label=label, color=colour, marker=mark, markersize=7, markeredgecolor=PAPER, linestyle=""
            )
    _scale(axes, log_x=log, log_y=False, ticks=())
    axes.set(
        ylim=(-len(values) + 0.4, 0.6), yticks=[-row for row in range(len(values))], yticklabels=list(values), xlabel=x
    )
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, labelcolor=SOFT)
    return figure


def _panels(number: int, height: float) -> tuple[Figure, Sequence[Any]]:
    figure = Figure(figsize=(WIDTH / 72, number * height / 72), layout="constrained")
    axes = figure.subplots(number, 1, sharex=True, squeeze=False)[:, 0]
    for one in axes:
        one.grid(visible=True, axis="y", color=HAIR)
    return figure, list(axes)


def _scale(axes: Any, *, log_x: bool, log_y: bool, ticks: Points) -> None:
    plain: Callable[[float, int], str] = lambda value, _: _number(value, 3)  # noqa: E731 - what the formatter calls
    if log_x:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    if len(ticks):
        axes.set_xticks(ticks)
        axes.minorticks_off()
    if log_y:
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, max(1, axes.get_ylim()[1]))
    axes.xaxis.set_major_formatter(FuncFormatter(plain))
    axes.yaxis.set_major_formatter(FuncFormatter(plain))


def _number(value: float, digits: int) -> str:
    """Write a number with thousands apart and no zeros that say nothing."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
