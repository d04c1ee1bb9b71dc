"""A page's front matter: plain YAML without anchors, tags and repeated keys; every fault has its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from poolschool.course.faults import Fault
from poolschool.course.source_text import control_characters

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n|)---[ \t]*(?:\n|\Z)", re.DOTALL)
DEEPEST = 10  # lists and mappings inside each other
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIX = "Write plain YAML: `key: value`, and lists."
# What building a value from its text may raise: dates that do not exist, numbers too long, odd time zones.
_VALUE_ERRORS = (ValueError, OverflowError, AttributeError, TypeError, yaml.YAMLError)


@dataclass
class FrontMatter:
    """The values, the line of each top-level key (from 1), and what is wrong with either."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, line: int, what: str, way_out: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(self.path, line, what, way_out))

    def line(self, key: str) -> int:
        """Give the line of a key; 1 if it is not there."""
        return self.lines.get(key, 1)


def read_front_matter(text: str, path: Path) -> FrontMatter | None:
    """Read what stands between the first two lines of dashes; None if the page has none. `path` is how faults name it."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return None
    matter = FrontMatter(path)
    try:
        _refuse_events(match["yaml"], matter)
        if not matter.faults:
            _read(match["yaml"], matter)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        matter.add(_line(mark) if mark else 1, f"The front matter is not YAML: {problem}.", _FIX)
    except (RecursionError, ValueError) as error:
        matter.add(1, f"The front matter is not YAML: {error}.", _FIX)
    return matter


def _refuse_events(text: str, matter: FrontMatter) -> None:
    """Find what a reader of plain data must not meet, before anything is built: depth, aliases, tags, a second document."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _line(event.start_mark)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            matter.add(line, f"The values are nested more than {DEEPEST} deep.", "Make them flatter.")
            return
        if documents > 1:
            matter.add(line, "A second YAML document begins here.", "Keep one between the two lines of dashes.")
            return
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            matter.add(line, "Anchors and aliases (& and *) are not read here.", "Write the value out, or quote it.")
        if isinstance(event, yaml.CollectionStartEvent | yaml.ScalarEvent) and event.tag not in (None, "!"):
            matter.add(line, f"The tag {event.tag!r} is not read here.", "Leave it out, or quote the text.")


def _read(text: str, matter: FrontMatter) -> None:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            matter.add(1, "The front matter is not a mapping.", _FIX)
            return
        for found in _node_faults(loader, node):
            matter.add(*found)
        matter.lines = {str(key.value): _line(key.start_mark) for key, _ in node.value}
        if not matter.faults:
            matter.data = loader.construct_document(node)
    finally:
        loader.dispose()


def _node_faults(loader: Any, node: yaml.Node) -> Iterator[tuple[int, str, str]]:
    """Find repeated keys, keys that are no text, and values that cannot be: a 31st of February, a number of 5,000 digits."""
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            line = _line(key.start_mark)
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                yield line, "This key is not a text.", "Write a name, or put the key in quotation marks."
                continue
            if key.value in keys:
                yield line, f"The key `{key.value}` is written twice.", "Remove one of the two."
            keys.add(key.value)
            yield from _node_faults(loader, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _node_faults(loader, value)
    else:
        line = _line(node.start_mark)
        try:
            value = loader.construct_object(node)
        except _VALUE_ERRORS:
            what = "This looks like a number or a date, and is none that exists."
            yield line, what, "Correct it, or put it in quotation marks."
            return
        if isinstance(value, str) and control_characters(value):
            _, name = control_characters(value)[0]
            yield line, f"A control character ({name}) stands here.", "Remove it."


def _line(mark: Any) -> int:
    """Give a mark's line in the page: YAML counts from 0, behind the line of dashes."""
    return int(mark.line) + 2
