"""The error pages as the tree tells them: each page is one entry, and all that a machine needs stands in it.

A page's fences of `text` are the exact texts, with their variable parts in braces; a title that ends in "and others" says
that other programs have this text too. What stands behind **Named:** are the classes, `e/21/…` the codes of SQLAlchemy. The
headings with an anchor are the causes, the likeliest first, each with a line **How to tell:** and a line **Cure:**. The lessons
are those under Read on.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault
from poolschool.course.front_matter import FrontMatter, read_front_matter
from poolschool.course.source_text import read_source

FOLDER = "docs/reference/errors"
# Where one meets the texts, in the order of the index.
GROUPS = {
    "waiting": "Waiting for a connection",
    "connecting": "Opening a connection",
    "lost": "A connection that is gone",
    "using": "Using a connection or a session",
    "async": "Async engines and event loops",
    "pooler": "Behind PgBouncer",
    "sqlite": "SQLite",
    "process": "Settings and processes",
    "silent": "No text at all",
}
_TEXT = re.compile(r'^```text(?: title="(?P<title>[^"]*)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^\*\*Named:\*\* (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\be/2\d/(\w{4})\b")
_CAUSE = re.compile(r"^## (?P<title>.+?) \{ #(?P<id>[a-z_]+) \}\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_LESSON = re.compile(r"\]\(\.\./\.\./p\d_[a-z]+/l\d\d_([a-z_]+)\.md\)")
# A text of so few words is one only where a sentence does not go on: as a message ends, before what libraries put behind it.
_FEW = 4
_END = r"""(?:["']?[ \t\r]*(?:\n|$)|["']?\s*[^\w\s"']|\s+[bu]?["']|\s+[A-Z0-9]|\s+[a-z_]\w*[.:])"""
_KEYS = {"title", "description", "group", "leads_to"}


@dataclass(frozen=True)
class Cause:
    """One cause: what it is, how one tells that it is this one, what cures it."""

    id: str
    title: str
    tell: str
    cure: str


@dataclass(frozen=True)
class Entry:
    """One error text, or several that mean the same.

    `lessons` are topics; `leads_to` are the ids of errors that may only follow from it, near or far. `shared` are those of its
    texts that other programs have too; `names` are classes and codes, which say it where no text does.
    """

    id: str
    title: str
    description: str
    group: str
    lessons: tuple[str, ...]
    leads_to: tuple[str, ...]
    texts: tuple[str, ...]
    shared: frozenset[str]
    names: tuple[str, ...]
    causes: tuple[Cause, ...]

    @property
    def page(self) -> str:
        """The page's file, relative to the course's root."""
        return f"{FOLDER}/{self.id}.md"

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Regular expressions for the texts, in what Python, RE2 and JavaScript read alike."""
        return tuple(pattern(text) for text in self.texts)

    @cached_property
    def name_patterns(self) -> tuple[str, ...]:
        """Regular expressions for the names."""
        return tuple(rf"\b{_literal(name)}\b" for name in self.names)


def pattern(text: str) -> str:
    """Give the pattern of a text: blanks may be any, a part in braces may be anything within a line of reason."""
    parts = re.split(r"(\{[a-z_]+\})", " ".join(text.split()))
    whole = "".join(r"[^\n]{0,300}?" if part.startswith("{") else _literal(part) for part in parts)
    return whole + _END if len(parts) == 1 and len(text.split()) <= _FEW else whole


def _literal(text: str) -> str:
    quotes = {'"': r"\\*[\"']", "'": r"\\*[\"']"}
    return "".join(r"\s+" if sign == " " else quotes.get(sign) or re.sub(r"([^\w\s])", r"\\\1", sign) for sign in text)


def load_entries(root: Path) -> tuple[Entry, ...]:
    """Read all error pages of the course at `root`, in the order of the index; raise CourseFault with every fault."""
    faults: list[Fault] = []
    entries = [
        entry
        for page in sorted((root / FOLDER).glob("*.md"))
        if page.name != "index.md" and (entry := _read(page, page.relative_to(root), faults))
    ]
    ids = {entry.id for entry in entries}
    faults += [
        Fault(Path(entry.page), 1, f"There is no error {lost!r} that it leads to.", "Name the file of an error's page, without its suffix.")
        for entry in entries
        for lost in sorted(set(entry.leads_to) - ids)
    ]  # fmt: skip
    follows = {entry.id: set(entry.leads_to) for entry in entries}
    while any(_spread(follows)):
        pass
    faults += [
        Fault(Path(entry.page), 1, "It follows from itself.", "Take an error out of the `leads_to` that lead round.")
        for entry in entries
        if entry.id in follows[entry.id]
    ]
    if faults:
        raise CourseFault(faults)
    order = list(GROUPS)
    entries = [replace(entry, leads_to=tuple(sorted(follows[entry.id]))) for entry in entries]
    return tuple(sorted(entries, key=lambda entry: (order.index(entry.group), entry.title)))


def _spread(follows: dict[str, set[str]]) -> list[bool]:
    """Add to each what follows from what it leads to; say which have grown."""
    grown = []
    for ids in follows.values():
        before = len(ids)
        ids.update(*(follows.get(one, ()) for one in list(ids)))
        grown.append(len(ids) > before)
    return grown


def _read(page: Path, place: Path, faults: list[Fault]) -> Entry | None:
    text = read_source(page)
    matter = read_front_matter(text, place)
    if matter is None:
        faults.append(Fault(place, 1, "The page has no front matter.", f"Give it: {', '.join(sorted(_KEYS))}."))
        return None
    if not matter.faults:
        _check_matter(matter)
    head = text.partition("\n## ")[0]
    texts = {match["text"].strip("\n"): match["title"] or "" for match in _TEXT.finditer(head)}
    causes = tuple(_cause(match, text, matter) for match in _CAUSE.finditer(text))
    if not causes:
        matter.add(
            1, "The page names no cause.", "Add `## The cause { #its_id }`, with **How to tell:** and **Cure:**."
        )
    if not texts and matter.data.get("group") != "silent":
        matter.add(1, "The page has no text.", "Put it into a fence of `text` above the first cause, variable parts in braces.")  # fmt: skip
    lessons = tuple(_LESSON.findall(text.partition("\n## Read on\n")[2]))
    if not lessons:
        matter.add(1, "The page leads to no lesson.", "Add `## Read on` with links to lessons.")
    if matter.faults:
        faults += matter.faults
        return None
    data = matter.data
    leads_to = tuple(data.get("leads_to") or ())
    shared = frozenset(one for one, title in texts.items() if title.endswith("and others"))
    return Entry(page.stem, data["title"], data["description"], data["group"], lessons, leads_to, tuple(texts), shared, tuple(_names(head)), causes)  # fmt: skip


def _names(head: str) -> Iterator[str]:
    for paragraph in _NAMED.findall(head):
        yield from re.findall(r"`([\w.]+)`", paragraph)
    yield from dict.fromkeys(_CODE.findall(head))


def _check_matter(matter: FrontMatter) -> None:
    data = matter.data
    for key in sorted(set(data) - _KEYS):
        matter.add(matter.line(key), f"An error page has no `{key}`.", f"Known: {', '.join(sorted(_KEYS))}.")
    for key in ("title", "description", "group"):
        if not isinstance(data.get(key), str):
            matter.add(matter.line(key), f"`{key}` is missing, or no text.", "Write `key: text`.")
    if data.get("group") not in GROUPS:
        matter.add(matter.line("group"), "There is no such group.", f"Choose from {', '.join(GROUPS)}.")
    if not isinstance(data.get("leads_to", []), list):
        matter.add(matter.line("leads_to"), "`leads_to` is no list.", "Write `[one, two]`.")


def _cause(match: re.Match[str], text: str, matter: FrontMatter) -> Cause:
    line = text.count("\n", 0, match.start()) + 1
    parts = {}
    for name in ("How to tell", "Cure"):
        found = re.search(rf"^\*\*{name}:\*\* (.+?)(?=\n\n|\n\*\*|\Z)", match["body"], re.MULTILINE | re.DOTALL)
        if found is None:
            matter.add(line, f"The cause {match['id']!r} has no **{name}:**.", f"Add a paragraph that begins with **{name}:**.")  # fmt: skip
        parts[name] = plain(found[1]) if found else ""
    return Cause(match["id"], plain(match["title"]), parts["How to tell"], parts["Cure"])


def plain(markdown: str) -> str:
    """Give a paragraph of Markdown as one line of plain text; a link as its words and the file it leads to."""
    in_words = re.sub(r"\[([^\]]+)\]\(([^)#]*)[^)]*\)", _link, markdown)
    return " ".join(re.sub(r"`([^`]+)`|\*+", lambda found: found[1] or "", in_words).split())


def _link(found: re.Match[str]) -> str:
    words, address = found.groups()
    return f"{words} ({address if ':' in address else posixpath.normpath(f'{FOLDER}/{address}')})"
