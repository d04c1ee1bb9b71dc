"""Pages to look at, printed or on a screen: one file, no script, everything escaped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, Template

from poolschool.course.files import number_text


class Link(NamedTuple):
    """A cell that leads somewhere."""

    text: str
    address: str


class Word(NamedTuple):
    """A cell with a word that has a meaning: `kind` is good, bad or plain."""

    text: str
    kind: str


Cell = str | float | Link | Word | None


@dataclass(frozen=True)
class Table:
    """A table with its caption; columns whose cells are numbers are set to the right."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it."""

    heading: str
    words: Sequence[str] = ()
    tables: Sequence[Table] = field(default_factory=tuple)


def page(title: str, words: Sequence[str], sections: Sequence[Section]) -> str:
    """Render a page."""
    return _template().render(title=title, words=words, sections=sections)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = number_text
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    environment.tests["word"] = lambda cell: isinstance(cell, Word)
    return environment.from_string(_PAGE)


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{{ title }}</title>
<style>
body { font: 1rem/1.5 "Liberation Sans", system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { max-width: 48rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { font-weight: bold; padding: .3rem 0; text-align: start; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); padding: .3rem .7rem; text-align: start; vertical-align: top; }
thead th { white-space: nowrap; }
tbody th { min-width: 6rem; overflow-wrap: anywhere; }
td { white-space: pre-line; overflow-wrap: anywhere; min-width: 4rem; }
.number { text-align: end; }
.good { color: light-dark(#14663a, #74d69b); }
.bad { color: light-dark(#a3281c, #ff9f92); font-weight: bold; }
a { color: light-dark(#1a4fa3, #9cc2ff); }
@media print { body { max-width: none; padding: 0; font-size: 9pt; } thead { display: table-header-group; } tr { break-inside: avoid; } }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
{% for word in words %}<p>{{ word }}</p>
{% endfor %}
{% for section in sections %}
<h2>{{ section.heading }}</h2>
{% for word in section.words %}<p>{{ word }}</p>
{% endfor %}
{% for table in section.tables %}
<div class="wide" role="group" aria-label="{{ table.caption }}" tabindex="0"><table>
<caption>{{ table.caption }}</caption>
<thead><tr>{% for name in table.header %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}
<tr>{% for cell in row %}
{% if cell is link %}<td><a href="{{ cell.address }}">{{ cell.text }}</a></td>
{% elif cell is word %}<td class="{{ cell.kind }}">{{ cell.text }}</td>
{% elif cell is none or cell is number %}<td class="number">{{ cell | number }}</td>
{% elif loop.first %}<th scope="row">{{ cell }}</th>
{% else %}<td>{{ cell }}</td>
{% endif %}
{% endfor %}</tr>
{% endfor %}
</tbody>
</table></div>
{% endfor %}
{% endfor %}
</main>
</body>
</html>
"""
