"""On which line of a TOML file a value stands: `tomllib` reads the values and forgets where they were."""

from typing import TYPE_CHECKING

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node

Place = tuple[str | int, ...]
_PARSER = Parser(Language(tree_sitter_toml.language()))
_KEYS = {"bare_key", "quoted_key"}


class TomlPlaces:
    """Lines by place; a place is keys and indexes from the top of the file: `("question", 0, "option", 2, "why")`.

    The text is looked through when the first line is asked for: a sound file never has to be.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Place, int] = {}
        self._counts: dict[Place, int] = {}

    def line(self, place: Place) -> int:
        """Tell the line of a key, or of the nearest thing around it that is there; lines count from 1."""
        if not self._lines:
            self._lines[()] = 1
            for node in _PARSER.parse(self._text.encode()).root_node.named_children:
                self._read(node, ())
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def _read(self, node: "Node", table: Place) -> None:
        """Note one statement: a pair, a `[table]` or an element of `[[tables]]`."""
        if node.type == "pair":
            key, value = node.named_children[:2]
            place = (*table, *_names(key))
            self._lines.setdefault(place, _line(key))
            self._read_value(value, place)
        elif node.type in ("table", "table_array_element"):
            key, *pairs = node.named_children
            place = self._latest(_names(key), new=node.type == "table_array_element")
            self._lines.setdefault(place, _line(node))
            for pair in pairs:
                self._read(pair, place)

    def _read_value(self, value: "Node", place: Place) -> None:
        """Note the places inside an array or an inline table."""
        items = [child for child in value.named_children if child.type != "comment"]
        if value.type == "array":
            for index, item in enumerate(items):
                self._lines[*place, index] = _line(item)
                self._read_value(item, (*place, index))
        elif value.type == "inline_table":
            for pair in items:
                self._read(pair, place)

    def _latest(self, names: Place, *, new: bool) -> Place:
        """Say which table a header means: inside an array of tables it is always the last one so far."""
        place: Place = ()
        for depth, name in enumerate(names, start=1):
            place = (*place, name)
            if new and depth == len(names):
                self._lines.setdefault(place, 1)
                self._counts[place] = self._counts.get(place, 0) + 1
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
        return place


def _line(node: "Node") -> int:
    return int(node.start_point.row) + 1


def _names(key: "Node") -> Place:
    """Take a key apart: `a."b c".d` is three names."""
    if key.type in _KEYS:
        return ((key.text or b"").decode().strip("\"'"),)
    return tuple(name for part in key.named_children for name in _names(part))
