"""The page for people: pools and holders as tables, in HTML that needs no script and asks nothing of anybody."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from poolschool.own.metrics import PREFIX

if TYPE_CHECKING:
    from poolschool.own.holders import Holder
    from poolschool.own.watcher import Watch

STYLE = """
:root { background: Canvas; color: CanvasText; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 1rem auto; max-width: 70rem; overflow-wrap: anywhere; padding: 0 1rem; }
table { overflow-wrap: normal; }
.scrolls { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid; padding: .3rem 1rem .3rem 0; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { overflow-wrap: anywhere; }
"""


def page(watched: Sequence["Watch"]) -> str:
    """Write the page for these pools."""
    body = "".join(part for one in watched for part in _pool(one))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Who holds a connection</title><style>{STYLE}</style></head><body><main><h1>Who holds a connection</h1>"
        f'{body}<p><a href="">Look again</a>. For programs: <a href="holders.json">holders.json</a>, '
        '<a href="metrics">metrics</a>.</p></main></body></html>\n'
    )


def _pool(watched: "Watch") -> Iterator[str]:
    numbers, holders = watched.metrics(), watched.holders()
    used, idle, pending, timeouts = (
        numbers[PREFIX + name] for name in ("count{used}", "count{idle}", "pending_requests", "timeouts")
    )
    most = numbers.get(f"{PREFIX}max", "no limit")
    yield f"<h2>{escape(watched.name)}</h2>"
    yield f"<p>{used} in use, {idle} idle, limit {most}. {pending} wait now, {timeouts} waited in vain.</p>"
    if holders:
        heads = '<th class="number">seconds<th>line<th>function<th>endpoint<th class="number">process'
        rows = "".join(map(_row, holders))
        label = f'role="region" aria-label="Holders of {escape(watched.name)}"'
        yield f'<div class="scrolls" tabindex="0" {label}><table><thead><tr>{heads}</thead><tbody>{rows}</tbody></table></div>'
    else:
        yield "<p>Nobody holds a connection.</p>"


def _row(holder: "Holder") -> str:
    led_here = "".join(f"<br><code>{escape(line)}</code>" for line in holder.stack[1:])
    return (
        f'<tr><td class="number">{holder.seconds:.1f}<td><code>{escape(holder.line)}</code>{led_here}'
        f"<td><code>{escape(holder.function)}</code><td>{escape(holder.endpoint)}"
        f'<td class="number">{"" if holder.process is None else holder.process}'
    )
