"""Draw the scenarios as an SVG: p95 and answers per second of each, on light and on dark.

By hand, as the headline's chart is, and in its manner. Answer times are on a logarithmic scale, or the slow ones would
leave nothing to see of the others.
"""

from collections.abc import Iterator
from html import escape
from math import log10

from poolschool.measure.bench.headline_chart import LANE, STYLE
from poolschool.measure.bench.scenario_figures import Measured, Scenarios

WIDTH, LEFT, RIGHT, BAR, ROW, TOP = 460, 104, 64, 14, 19, 44
SHORTEST = 1.0  # ms, where the logarithmic scale begins


def chart(result: Scenarios) -> str:
    """Draw one bar per scenario, first for the p95, then for the answers per second."""
    shown = [one for one in result.scenarios if one.answers]
    panel = 30 + ROW * len(shown)
    height = TOP + 2 * panel + 40
    slowest = max([10.0, *(one.answers.p95.most for one in shown if one.answers)])
    most = max([1.0, *(one.answers.throughput.most for one in shown if one.answers)])
    opening = (
        f'<svg class="headline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="scenarios-title scenarios-description" fill="currentColor" font-family="system-ui,sans-serif" '
        'font-size="13" style="width:100%;max-width:36rem;height:auto">'
    )
    lines = (
        opening,
        f'<title id="scenarios-title">{escape(_title(result))}</title>',
        f'<desc id="scenarios-description">{escape(" ".join(_said(one) for one in result.scenarios))}</desc><style>{STYLE}</style>',
        f'<text x="0" y="18" font-size="16" font-weight="700">{escape(_title(result))}</text>',
        *_panel("p95 of the answers, ms (logarithmic; less is better)", shown, TOP, slowest, p95=True),
        *_panel("Answers per second (more is better)", shown, TOP + panel, most, p95=False),
        *(
            f'<text x="0" y="{height - 22 + 16 * number}" font-size="11.5">{escape(line)}</text>'
            for number, line in enumerate(_foot(result))
        ),
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def _panel(title: str, shown: list[Measured], y: int, longest: float, *, p95: bool) -> Iterator[str]:
    yield f'<text x="0" y="{y}" font-weight="700">{escape(title)}</text>'
    for number, one in enumerate(shown):
        assert one.answers is not None  # noqa: S101 - the caller chose them
        value = one.answers.p95.median if p95 else one.answers.throughput.median
        share = log10(max(SHORTEST, value)) / log10(longest) if p95 else value / longest
        top, length = y + 8 + number * ROW, max(1.5, (WIDTH - LEFT - RIGHT) * share)
        # The store with a pool is told apart by its place and its fill, the others are outlines.
        look = f'style="fill:{LANE}"' if number == 0 else 'fill="none" stroke="currentColor" stroke-width="1.5"'
        failed = (
            f" · {one.answers.failed / max(1, one.answers.requests):.0%} errors" if one.answers.failed and p95 else ""
        )
        yield f'<text x="{LEFT - 8}" y="{top + 11}" text-anchor="end">{escape(one.name)}</text>'
        yield f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" rx="3" {look}/>'
        inside = length > (WIDTH - LEFT - RIGHT) * 0.7 and failed
        anchor = f'x="{LEFT + length - 6:.1f}" text-anchor="end"' if inside else f'x="{LEFT + length + 6:.1f}"'
        yield f'<text {anchor} y="{top + 11}" font-size="12" font-weight="700">{value:,.0f}{failed}</text>'


def _title(result: Scenarios) -> str:
    return f"{result.users} shoppers in {len(result.scenarios)} stores"


def _said(one: Measured) -> str:
    if one.answers is None:
        return f"{one.name}: not measured."
    failed = f", {one.answers.failed:,} of {one.answers.requests:,} requests failed" if one.answers.failed else ""
    return f"{one.name}: p95 {one.answers.p95.median:,.0f} ms, {one.answers.throughput.median:,.0f} answers per second{failed}."


def _foot(result: Scenarios) -> tuple[str, str]:
    rounds = len(result.scenarios[0].rounds)
    return (
        f"{result.users} shoppers, {rounds} × {result.seconds:g} s each, medians. Measured {result.measured_on}:",
        f"{result.machine.system}, {result.machine.cores} cores, Python {result.machine.python}, PostgreSQL {result.versions['postgresql']}",
    )
