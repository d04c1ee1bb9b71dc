"""On which line of a TOML file a value stands: `tomllib` reads the values and forgets where they were."""

import tomllib
from typing import TYPE_CHECKING

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node

Place = tuple[str | int, ...]
_PARSER = Parser(Language(tree_sitter_toml.language()))
DEEPEST = 20  # tables and lists inside each other


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
                self._read(node, (), 0)
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def deepest(self) -> int:
        """Tell the line of the value that is nested deepest."""
        line, most, depth, cursor = 1, 0, 0, _PARSER.parse(self._text.encode()).walk()
        while True:  # without recursion: the text may be nested as deep as it likes
            if cursor.goto_first_child():
                depth += 1
                if depth > most and cursor.node:
                    line, most = _line(cursor.node), depth
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return line
                depth -= 1

    def _read(self, node: "Node", table: Place, depth: int) -> None:
        """Note one statement: a pair, a `[table]` or an element of `[[tables]]`."""
        children = [child for child in node.named_children if child.type != "comment"]
        if node.type == "pair" and len(children) > 1:
            names = _names(children[0])
            for length in range(1, len(names) + 1):  # `a.b = 1` is a table `a` as well
                self._lines.setdefault((*table, *names[:length]), _line(node))
            self._read_value(children[1], (*table, *names), depth)
        elif node.type in ("table", "table_array_element") and children:
            key, *pairs = children
            place = self._latest(_names(key), _line(node), new=node.type == "table_array_element")
            self._lines.setdefault(place, _line(node))
            for pair in pairs:
                self._read(pair, place, depth)

    def _read_value(self, value: "Node", place: Place, depth: int) -> None:
        """Note the places inside an array or an inline table, as deep as a file may be."""
        if depth > DEEPEST or value.type not in ("array", "inline_table"):
            return
        items = [child for child in value.named_children if child.type != "comment"]
        for index, item in enumerate(items):
            if value.type == "array":
                self._lines[*place, index] = _line(item)
                self._read_value(item, (*place, index), depth + 1)
            else:
                self._read(item, place, depth + 1)

    def _latest(self, names: Place, line: int, *, new: bool) -> Place:
        """Tell which table a header means: inside an array of tables it is always the last one so far."""
        place: Place = ()
        for depth, name in enumerate(names, start=1):
            place = (*place, name)
            self._lines.setdefault(place, line)
            if new and depth == len(names):
                self._counts[place] = self._counts.get(place, 0) + 1
            if place in self._counts:
                place = (*place, self._counts[place] - 1)
        return place


def _line(node: "Node") -> int:
    return int(node.start_point.row) + 1


def _names(key: "Node") -> Place:
    """Take a key apart: `a."b c".d` is three names. A dotted key holds the one before its last dot, and so on: no recursion."""
    names: list[str] = []
    waiting = [key]
    while waiting:
        node = waiting.pop()
        text = (node.text or b"").decode()
        if node.type == "bare_key":
            names.append(text)
        elif node.type == "quoted_key":
            names += tomllib.loads(f"{text} = 0")
        else:
            waiting += reversed(node.named_children)
    return tuple(names)
