"""The comparison of simulator and real pools as a page shows it: a chart and the table, from docs/assets/simulator/simulator.json."""

import json
import math
from html import escape
from pathlib import Path
from typing import Any

COMPARISON = "docs/assets/simulator/simulator.json"
WIDTH, HEIGHT, LEFT, BOTTOM = 420, 300, 56, 40
LEAST, MOST = 0.001, 2.0  # seconds: the ends of both axes


def agreement_html(path: Path) -> str:
    """Give chart and table; the file is what `poolschool compare --output` wrote."""
    comparison = json.loads(path.read_text(encoding="utf-8"))
    machine = comparison["machine"]
    origin = (
        f"Measured on {comparison['measured_on']}: {len(comparison['settings'])} settings, {comparison['seconds']:g} s each, "
        f"PostgreSQL, SQLAlchemy and {machine['cores']} cores on {machine['system']}, Python {machine['python']}."
    )
    return f"{_chart(comparison['settings'])}<p>{escape(origin)}</p>{_table(comparison['settings'])}"


def _table(settings: list[dict[str, Any]]) -> str:
    heads = ("pool", "use", "requests", "wait p50", "wait p95", "total p50", "total p95", "time-outs")
    rows = []
    for one in settings:
        setting, real, simulated = one["setting"], one["real"], one["simulated"]
        cells = [f"{setting['pool_size']} + {setting['max_overflow']}", f"{setting['load']:.0%}", str(one["requests"])]
        quantiles = ("wait_p50", "wait_p95", "total_p50", "total_p95")
        cells += [f"{real[name] * 1000:.0f} | {simulated[name] * 1000:.0f}" for name in quantiles]
        cells.append(f"{real['timeouts']:.1%} | {simulated['timeouts']:.1%}")
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        '<div class="ps-wide" role="group" aria-label="Real and simulated" tabindex="0"><table><caption>Real | simulated, in ms</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _at(seconds: float) -> float:
    share = math.log(min(MOST, max(LEAST, seconds)) / LEAST) / math.log(MOST / LEAST)
    return max(0.0, min(1.0, share))


def _chart(settings: list[dict[str, Any]]) -> str:
    """Draw each quantile as a point: real to the right, simulated upwards; the line is where both are the same."""

    def x(seconds: float) -> float:
        return LEFT + _at(seconds) * (WIDTH - LEFT - 12)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - _at(seconds) * (HEIGHT - BOTTOM - 12)

    points = "".join(
        f'<circle cx="{x(one["real"][name]):.1f}" cy="{y(one["simulated"][name]):.1f}" r="4" fill="var(--ps-lane,#2b8fb3)" '
        'fill-opacity="0.7" stroke="currentColor" stroke-width="0.6"/>'
        for one in settings
        for name in ("wait_p50", "wait_p95", "total_p50", "total_p95")
    )
    ticks = "".join(
        f'<text x="{x(value):.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>'
        f'<text x="{LEFT - 6}" y="{y(value) + 4:.0f}" text-anchor="end">{label}</text>'
        for value, label in ((0.001, "1 ms"), (0.01, "10"), (0.1, "100"), (1.0, "1 s"))
    )
    line = f'<path d="M{x(LEAST):.0f} {y(LEAST):.0f}L{x(MOST):.0f} {y(MOST):.0f}" stroke="currentColor" stroke-dasharray="4 3"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Each point is one quantile of one setting: measured to the right, '
        'simulated upwards. All lie on the line where both are the same, or beside it." fill="currentColor" font-size="13" '
        f'style="width:100%;max-width:34rem;height:auto">{line}{points}{ticks}'
        f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">real pool</text>'
        f'<text x="12" y="{(HEIGHT - BOTTOM) / 2:.0f}" text-anchor="middle" transform="rotate(-90 12 {(HEIGHT - BOTTOM) / 2:.0f})">simulated</text></svg>'
    )
