"""A page as the checks see it: its blocks, headings and anchors with their lines; what stands in code fences is not there."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from poolschool.course.front_matter import FRONT_MATTER, FrontMatter, read_front_matter

_FENCE = re.compile(r" *(?P<marks>`{3,}|~{3,})")
_BLOCK = re.compile(r" {0,3}(?P<slashes>/{3,})[ \t]*(?P<name>[\w-]+)?(?:[ \t]*\|[ \t]*(?P<argument>.*?))?[ \t]*")
_PYTHON = re.compile(r"\s*```python\n(?P<code>.*?)^```\s*^///\s*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<text>.+?)(?:[ \t]*\{[^{}]*\})?[ \t]*#*[ \t]*")
_ATTRIBUTES = re.compile(r"\{:?[ \t]*[^{}\n]*#(?P<id>[\w-]+)[^{}\n]*\}")
_INCLUDE = re.compile(r"[ \t]*-+8<-+[ \t]+(?P<quote>[\"'])(?P<path>[^\"']+)(?P=quote)[ \t]*")
_INCLUDES = re.compile(r"[ \t]*-+8<-+[ \t]*")
_EMPTY_HEADING = re.compile(r"#{1,6}[ \t]*(?:\{[^{}]*\})?[ \t]*")
_HTML_ID = re.compile(r"<\w[^>]*\bid=\"(?P<id>[^\"]+)\"")


@dataclass(frozen=True)
class Block:
    """An interactive block: `/// name | argument`. `closed` tells whether a line of slashes ends it."""

    line: int
    name: str
    argument: str
    closed: bool


@dataclass(frozen=True)
class Heading:
    """A heading with its level, 1 to 6, and its text without attributes."""

    line: int
    level: int
    text: str


class PageSource:
    """One Markdown file. `path` is how faults name it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.lines = _outside_fences(text)

    @cached_property
    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        opened: tuple[int, str, str] | None = None
        for line, text in self.lines:
            match = _BLOCK.fullmatch(text)
            if match is None:
                continue
            if opened:  # a second opening line shows that the first was never closed
                blocks.append(Block(*opened, closed=match["name"] is None))
                opened = None
            if match["name"] is not None:
                opened = (line, match["name"], match["argument"] or "")
        if opened:
            blocks.append(Block(*opened, closed=False))
        return blocks

    @cached_property
    def live(self) -> list[tuple[int, str]]:
        """The code of each live block, with its line; "" if there is none in it."""
        fences: list[tuple[int, str]] = []
        for block in self.blocks:
            if block.name == "live":
                inside = "\n".join(self.text.split("\n")[block.line :])
                fence = _PYTHON.match(inside)
                fences.append((block.line, fence["code"] if fence else ""))
        return fences

    @cached_property
    def headings(self) -> list[Heading]:
        matches = ((line, _HEADING.fullmatch(text)) for line, text in self.lines)
        return [Heading(line, len(match["level"]), match["text"]) for line, match in matches if match]

    @cached_property
    def empty_headings(self) -> list[int]:
        """The lines that begin a heading and have no text for it."""
        return [line for line, text in self.lines if _EMPTY_HEADING.fullmatch(text)]

    @cached_property
    def front_matter(self) -> FrontMatter | None:
        """What the page says of itself, as far as it can be read."""
        return read_front_matter(self.text, self.path)

    @cached_property
    def includes(self) -> list[tuple[int, str]]:
        """The files that the page takes in, in fences as well, with their lines; paths are relative to the course's folder."""
        paths, several = [], False
        for number, line in enumerate(self.text.split("\n"), start=1):
            if match := _INCLUDE.fullmatch(line):
                paths.append((number, match["path"]))
            elif _INCLUDES.fullmatch(line):  # a list of paths, one per line, between two of these
                several = not several
            elif several and line.strip() and not line.strip().startswith(";"):
                paths.append((number, line.strip()))
        return paths

    @cached_property
    def anchors(self) -> set[str]:
        """The ids that authors wrote where they take effect: on a heading, a line of their own, or right behind an inline."""
        ids: set[str] = set()
        for number, line in self.lines:
            ids.update(match["id"] for match in _HTML_ID.finditer(line))
            if number not in self.dead_attributes:
                ids.update(match["id"] for match in _ATTRIBUTES.finditer(line))
        return ids

    @cached_property
    def dead_attributes(self) -> dict[int, str]:
        """The attribute lists that stand behind a blank in a text, where Markdown shows them as they are, by line."""
        dead: dict[int, str] = {}
        for position, (number, line) in enumerate(self.lines):
            following = self.lines[position + 1][1] if position + 1 < len(self.lines) else ""
            if _HEADING.fullmatch(line) or following.startswith(":   ") or line.startswith(("|", "- ", "* ")):
                continue
            for match in _ATTRIBUTES.finditer(line):
                before = line[: match.start()]
                if before.strip() and before[-1].isspace() and "`" not in before:
                    dead[number] = match[0]
        return dead


def _outside_fences(text: str) -> list[tuple[int, str]]:
    """Give the lines that are neither front matter nor code, with their numbers."""
    lines: list[tuple[int, str]] = []
    fence = ""
    matter = FRONT_MATTER.match(text)
    skipped = matter[0].count("\n") if matter else 0
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _FENCE.match(line)
        if fence:
            if mark and line.strip().startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark["marks"]
        elif number > skipped:
            lines.append((number, line))
    return lines
