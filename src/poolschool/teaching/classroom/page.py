"""Pages to look at, printed or on a screen: one file, no script, everything escaped."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, Template

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
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = number_text
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    environment.tests["word"] = lambda cell: isinstance(cell, Word)
    return environment.get_template("page.html.j2")
