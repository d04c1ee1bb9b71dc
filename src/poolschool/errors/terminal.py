"""`poolschool explain`: what a log or a pasted text says of pools, first causes first."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, find_root, load_course
from poolschool.errors.entry import Entry, load_entries
from poolschool.errors.finder import first_causes_first, nearest
from poolschool.errors.log import Tally, tally

SAMPLE = 64_000  # bytes of the beginning, from which the nearest page is told where no error was found


def explain(file: Path, as_json: bool) -> int:
    """Print which errors of this field a log has, how often, the likeliest cause and its cure; exit code 1 if there is none.

    `file` is read in blocks, whatever its size and encoding; `-` is the standard input.
    """
    course = load_course(find_root())
    entries = load_entries(course.root, course.topics)
    beginning, found = _read(file, entries)
    ordered = _ordered(found)
    if as_json:
        print(json.dumps([_data(one) for one in ordered], indent=1, ensure_ascii=False))  # noqa: T201 - the command's output
    elif ordered:
        print("\n\n".join(_words(one, ordered, course) for one in ordered))  # noqa: T201
    else:
        near = nearest(beginning, entries)
        hint = f" Nearest: {near.title}, {_page(near)}" if near else ""
        print(f"Nothing here is about pools.{hint}")  # noqa: T201
    return 0 if ordered else 1


class _Beginning:
    """A file that keeps the beginning of what is read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.kept = file, b""

    def read(self, size: int) -> bytes:
        block = self.file.read(size)
        if len(self.kept) < SAMPLE:
            self.kept += block[: SAMPLE - len(self.kept)]
        return block


def _read(file: Path, entries: Sequence[Entry]) -> tuple[str, list[Tally]]:
    if str(file) == "-":
        if sys.stdin.isatty():
            print("Paste the error, then press Ctrl-D (Windows: Ctrl-Z, Enter).", file=sys.stderr)  # noqa: T201
        log = _Beginning(sys.stdin.buffer)
        found = tally(log, entries)
    else:
        try:
            with file.open("rb") as opened:
                log = _Beginning(opened)
                found = tally(log, entries)
        except OSError as error:
            raise UserMistake(f"{file} cannot be read ({error.strerror}). Name a file, or - for what is piped in.") from error  # fmt: skip
    return log.kept.decode("utf-8", "replace"), found


def _ordered(found: Sequence[Tally]) -> list[Tally]:
    by_id = {one.entry.id: one for one in found}
    causes = {name: tuple(other for other in by_id if name in by_id[other].entry.leads_to) for name in by_id}
    return [by_id[name] for name in first_causes_first(by_id, causes)]


def _page(entry: Entry) -> str:
    return f"docs/reference/errors/{entry.id}.md"


def _words(one: Tally, ordered: Sequence[Tally], course: Course) -> str:
    entry, cause = one.entry, one.entry.causes[0]
    times = f": first {one.first}, last {one.last}, at most {one.most} a minute ({one.most_at})" if one.first else ""
    above = [other.entry.title for other in ordered if entry.id in other.entry.leads_to]
    lines = [
        f"{entry.title}\n  {one.count:,} ×{times}",
        *([f"  It may only follow from: {'; '.join(above)}"] if above else []),
        f"  Most likely   {cause.title}",
        f"  How to tell   {cause.tell}",
        f"  Cure          {cause.cure}",
        f"  Read more     {_page(entry)}; lesson: {', '.join(course.lesson(topic).title for topic in entry.lessons[:1])}",
    ]
    return "\n".join(lines)


def _data(one: Tally) -> dict[str, object]:
    entry = one.entry
    return {
        "id": entry.id, "title": entry.title, "count": one.count, "first": one.first, "last": one.last,
        "most_in_a_minute": one.most, "at": one.most_at, "leads_to": entry.leads_to, "lessons": entry.lessons,
        "causes": [{"title": cause.title, "how_to_tell": cause.tell, "cure": cause.cure} for cause in entry.causes],
        "page": _page(entry),
    }  # fmt: skip
