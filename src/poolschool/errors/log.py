"""Errors in a log of any length: read in blocks, in constant memory.

blocks ─ RE2: the first words of each text's longest fixed part, one pass ─> hits ─ the whole text, in the lines around ─> Tally
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import re2

from poolschool.errors.entry import Entry
from poolschool.errors.finder import clean, is_said

BLOCK = 1 << 20  # bytes
AROUND = 2048  # bytes that a text and the time before it may take
# As it stands in a text, in a page, or inside of JSON.
BLANK = re.compile(rb"(?:\s|\\+[nrt]|" + "\u00a0".encode() + rb"|&nbsp;)+")
TIME = re.compile(rb"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)|([A-Z][a-z]{2} [ \d]\d) (\d\d:\d\d):\d\d")


class Log(Protocol):
    """What can be read in blocks of bytes."""

    def read(self, size: int, /) -> bytes: ...


@dataclass
class Tally:
    """How often an error stands in a log, when first and last, and in which minute most often ("" without times)."""

    entry: Entry
    count: int = 0
    first: str = ""
    last: str = ""
    most: int = 0
    most_at: str = ""
    _in_minute: int = 0

    def is_over_before(self, other: "Tally") -> bool:
        """Say whether the last of these was before the first of the others; without years or times nobody knows."""
        return self.last[:1].isdigit() and other.first[:1].isdigit() and self.last < other.first

    def add(self, minute: str) -> None:
        """Count one; `minute` is when, as the log writes it."""
        self.count += 1
        if not minute:
            return
        self._in_minute = self._in_minute + 1 if minute == self.last else 1
        self.first, self.last = self.first or minute, minute
        if self._in_minute > self.most:
            self.most, self.most_at = self._in_minute, minute


def anchor(text: str) -> str:
    """Give the longest part of a text without a variable part, quotes or blanks at its ends: what RE2 looks for."""
    return max(re.split(r"\{\w+\}|[\"']", text), key=len).strip()


@dataclass(frozen=True)
class Text:
    """A text, or a name, of an error, and what finds it whole."""

    entry: Entry
    whole: re.Pattern[str]
    shared: bool = False
    is_name: bool = False


def texts_of(entry: Entry) -> Iterator[tuple[bytes, Text]]:
    """Give what RE2 looks for, and what is to be found there."""
    for text, pattern in zip(entry.texts, entry.patterns, strict=True):
        yield anchor(text).encode(), Text(entry, re.compile(pattern), text in entry.shared)
    for name, pattern in zip(entry.names, entry.name_patterns, strict=True):
        yield name.encode(), Text(entry, re.compile(pattern), is_name=True)


def tally(log: Log, entries: Sequence[Entry]) -> list[Tally]:
    """Count the errors in a log, in the order in which they first appear: by their texts, or else by their names.

    Bytes that are no text do no harm.
    """
    texts: dict[bytes, list[Text]] = {}
    for entry in entries:
        for key, one in texts_of(entry):
            texts.setdefault(key, []).append(one)
    looks = {b" ".join(key.split()[:3]) for key in texts}  # the first words are enough to look closer
    options = re2.Options()
    options.max_mem = 64 << 20
    search = re2.compile(b"|".join(_look(one) for one in sorted(looks, key=len, reverse=True)), options=options)
    found: dict[bool, dict[str, Tally]] = {True: {}, False: {}}  # names, texts
    for piece, hits in _hits(log, search):
        nothing: dict[bytes, int] = {}  # up to where in this piece there is no text with these first words
        for start, look in hits:
            words = BLANK.sub(b" ", look)
            if start < nothing.get(words, 0):
                continue
            likely = [one for key in texts if key.startswith(words) for one in texts[key]]
            text = _whole(piece, start, likely)
            if text is None:
                nothing[words] = start + AROUND // 2
            elif _is_said(piece, start, text.shared):
                found[text.is_name].setdefault(text.entry.id, Tally(text.entry)).add(_minute(piece, start))
    return list((found[False] or found[True]).values())


def _whole(piece: bytes, start: int, likely: Sequence[Text]) -> Text | None:
    """Give the text that stands around a place: as it is, or once the noise of the log's format is taken out."""
    before = piece[max(0, start - 200) : start].decode("utf-8", "replace")
    after = piece[start : start + AROUND].decode("utf-8", "replace")
    near = before[-100:]
    return _over(len(near), near + after[:400], likely) or _over(len(clean(before)), clean(before + after), likely)


def _over(place: int, text: str, likely: Sequence[Text]) -> Text | None:
    for one in likely:
        if any(found.start() <= place < found.end() for found in one.whole.finditer(text)):
            return one
    return None


def _is_said(piece: bytes, start: int, shared: bool) -> bool:
    before = piece[max(0, start - AROUND) : start].decode("utf-8", "replace")
    return is_said(before + piece[start : start + AROUND].decode("utf-8", "replace"), len(before), shared)


def _look(words: bytes) -> bytes:
    return BLANK.pattern.join(re.escape(word) for word in words.split())


def _hits(log: Log, search: "re2._Regexp") -> Iterator[tuple[bytes, list[tuple[int, bytes]]]]:
    """Give pieces of the log with the hits in each; what stands at the end of one is looked at with the next."""
    piece, base, done = b"", 0, 0  # `base`: where the piece begins in the log, `done`: up to where it was looked at
    while True:
        block = log.read(BLOCK)
        piece += block
        end = max(0, len(piece) - AROUND) if block else len(piece)
        yield piece, [(hit.start(), hit.group()) for hit in search.finditer(piece) if done <= base + hit.start() < base + end]  # fmt: skip
        if not block:
            return
        done = base + end
        kept = max(0, end - AROUND)
        piece, base = piece[kept:], base + kept


def _minute(piece: bytes, start: int) -> str:
    """Give the time in the line, or else the last one before it, within reach; "" if there is none."""
    begin, end = piece.rfind(b"\n", 0, start) + 1, piece.find(b"\n", start, start + AROUND)
    if time := TIME.search(piece, begin, end if end >= 0 else start + AROUND):
        return _written(time.groups())
    times = TIME.findall(piece[max(0, start - AROUND) : start])
    return _written(times[-1]) if times else ""


def _written(parts: Sequence[bytes | None]) -> str:
    return " ".join(part.decode() for part in parts if part)
