"""Draw the headline as an SVG that stands in a page or alone, on light and on dark.

Written by hand rather than with a chart library: three measures with three units do not share one axis, and pygal's
output brings scripts and a style sheet of its own, and neither title nor description for screen readers.

In a page the drawing takes the page's text colour; alone (as a picture in the README) it follows the reader's system.
There is no blank line in it, so that Markdown takes it as one piece.
"""

from collections.abc import Callable, Iterator
from html import escape

from poolschool.measure.bench.figures import Summary
from poolschool.measure.bench.headline_figures import Headline, View

WIDTH = 420  # drawn narrow, so that the letters stay readable on a phone
LEFT, RIGHT = 104, 88  # room for the bars' names, and for their values
BAR, PANEL, TOP = 20, 84, 40
# `:root` is the drawing itself only when it stands alone; in a page it is the page, and nothing here applies.
STYLE = "svg:root{color:#1f2328}@media(prefers-color-scheme:dark){svg:root{color:#e6edf3}}"
LANE = "var(--ps-lane,#2b8fb3)"

Measure = Callable[[Summary], float]
Choose = Callable[[Headline], View]


def _thinking(result: Headline) -> View:
    return result.thinking


def _full_speed(result: Headline) -> View:
    return result.full_speed


PANELS: tuple[tuple[str, Choose, Measure], ...] = (
    ("They think: p95 of the answer times, ms (less is better)", _thinking, lambda store: store.p95.median),
    ("Full speed: answers per second (more is better)", _full_speed, lambda store: store.throughput.median),
    (
        "Connections opened per 1000 requests",
        _thinking,
        lambda store: 1000 * store.connections / max(1, store.requests),
    ),
)


def chart(result: Headline) -> str:
    """Draw three pairs of bars, each pair to a scale of its own that begins at zero."""
    height = TOP + PANEL * len(PANELS) + 44
    opening = (
        f'<svg class="headline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'role="img" aria-labelledby="headline-title headline-description" fill="currentColor" '
        'font-family="system-ui,sans-serif" font-size="14" style="width:100%;max-width:34rem;height:auto">'
    )
    lines = (
        opening,
        f'<title id="headline-title">{escape(_title(result))}</title>',
        # Not at the start of a line: there, Markdown would take the style for a block and cut the drawing in two.
        f'<desc id="headline-description">{escape(_description(result))}</desc><style>{STYLE}</style>',
        f'<text x="0" y="18" font-size="16" font-weight="700">{escape(_title(result))}</text>',
        *(line for number, panel in enumerate(PANELS) for line in _panel(result, *panel, TOP + number * PANEL)),
        *_footnote(result, height),
        "</svg>",
    )
    return "\n".join(lines) + "\n"


def _panel(result: Headline, title: str, choose: Choose, measure: Measure, y: int) -> Iterator[str]:
    yield f'<text x="0" y="{y + 12}">{escape(title)}</text>'
    view = choose(result)
    values = {"no pool": measure(view.without_pool), f"pool of {result.most_connections}": measure(view.with_pool)}
    longest = max(values.values()) or 1.0
    for number, (name, value) in enumerate(values.items()):
        top = y + 20 + number * (BAR + 4)
        length = max(1.5, (WIDTH - LEFT - RIGHT) * value / longest)
        # Told apart by name, place and outline, not by colour alone.
        look = f'style="fill:{LANE}"' if number else 'fill="none" stroke="currentColor" stroke-width="1.5"'
        yield f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>'
        yield f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" rx="3" {look}/>'
        yield f'<text x="{LEFT + length + 8:.1f}" y="{top + 15}" font-weight="700">{_number(value)}</text>'


def _footnote(result: Headline, height: int) -> Iterator[str]:
    versions = result.versions
    lines = (
        f"{result.users} shoppers, {len(result.thinking.rounds_with_pool)} × {result.seconds:g} s each, medians. Measured {result.measured_on}:",
        f"{result.machine.system}, {result.machine.cores} cores, Python {result.machine.python}, PostgreSQL {versions['postgresql']}",
    )
    for number, line in enumerate(lines):
        yield f'<text x="0" y="{height - 22 + 16 * number}" font-size="11.5">{escape(line)}</text>'


def _title(result: Headline) -> str:
    return f"Same shoppers, p95 {result.thinking.times_shorter:.0f} times shorter"


def _description(result: Headline) -> str:
    parts = []
    for name, thinking, fast in (
        ("Without a pool", result.thinking.without_pool, result.full_speed.without_pool),
        (f"With a pool of {result.most_connections}", result.thinking.with_pool, result.full_speed.with_pool),
    ):
        parts.append(
            f"{name}: p95 {thinking.p95.median:,.0f} ms for shoppers who think, "
            f"{fast.throughput.median:,.0f} answers per second at full speed, "
            f"{thinking.connections:,} connections opened for {thinking.requests:,} requests."
        )
    return " ".join(parts)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
