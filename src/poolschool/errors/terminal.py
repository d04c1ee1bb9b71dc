"""`poolschool explain`: what a log or a pasted text says of pools, first causes first."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, find_pages, load_course
from poolschool.errors.entry import Entry, load_entries
from poolschool.errors.finder import Found, first_causes_first, nearest
from poolschool.errors.log import Tally, tally
from poolschool.errors.reading import Reading


def explain(file: Path, as_json: bool) -> int:
    """Print which errors of this field a log has, how often, the likeliest cause and its cure; exit code 1 if there is none.

    `file` is read in blocks, whatever its size and encoding; `-` is the standard input.
    JSON has the nearest page, if no error is found, as one with "nearest": true.
    """
    course = load_course(find_pages())
    entries = load_entries(course.root)
    beginning, counted = _read(file, entries)
    tallies = {one.entry: one for one in counted}
    ordered = first_causes_first(
        list(tallies), lambda cause, effect: not tallies[effect].is_over_before(tallies[cause])
    )
    near = None if ordered else nearest(beginning, entries)
    if as_json:
        told = [_data(tallies[one.entry]) for one in ordered] or [_data(Tally(one)) for one in (near,) if one]
        _say(json.dumps(told, indent=1, ensure_ascii=False))
    elif ordered:
        _say("\n\n".join(_words(one, tallies[one.entry], course) for one in ordered))
    else:
        hint = f" Nearest: {near.title}, {near.page}" if near else ""
        _say(f"Nothing here is about pools.{hint}")
    return 0 if ordered else 1


def _say(words: str) -> None:
    """Print at once; a reader who has seen enough (`| head -1`) may go, a full disk is said."""
    try:
        print(words, flush=True)  # noqa: T201 - the command's output
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left unwritten at the exit
        if not isinstance(error, BrokenPipeError):
            raise UserMistake(f"The answer cannot be written ({error.strerror}). Send it elsewhere.") from error


def _read(file: Path, entries: Sequence[Entry]) -> tuple[str, list[Tally]]:
    if str(file) == "-":
        if sys.stdin is None:
            raise UserMistake("The standard input is closed. Name a file, or pipe the error in.")
        if sys.stdin.isatty():
            print("Paste the error, then press Ctrl-D (Windows: Ctrl-Z, Enter).", file=sys.stderr)  # noqa: T201
        log = Reading(sys.stdin.buffer)
        found = tally(log, entries)
    else:
        try:
            with file.open("rb") as opened:
                log = Reading(opened)
                found = tally(log, entries)
        except OSError as error:
            raise UserMistake(f"{file} cannot be read ({error.strerror}). Name a file, or - for what is piped in.") from error  # fmt: skip
    return log.kept.decode("utf-8", "replace"), found


def _words(found: Found, one: Tally, course: Course) -> str:
    entry, (cause, *others) = found.entry, found.entry.causes
    times = f": first {one.first}, last {one.last}, at most {one.most} a minute ({one.most_at})" if one.first else ""
    lines = [
        f"{entry.title}\n  {one.count:,} ×{times}",
        *([f"  It may only follow from: {'; '.join(other.title for other in found.follows)}"] if found.follows else []),
        f"  Most likely   {cause.title}",
        f"  How to tell   {cause.tell}",
        f"  Cure          {cause.cure}",
        *([f"  Or            {'; '.join(other.title for other in others)}"] if others else []),
        f"  Read more     {entry.page}; lesson: {course.lesson(entry.lessons[0]).title}",
    ]
    return "\n".join(lines)


def _data(one: Tally) -> dict[str, object]:
    entry = one.entry
    return {
        "id": entry.id, "title": entry.title, "count": one.count, "first": one.first, "last": one.last,
        "nearest": not one.count,
        "most_in_a_minute": one.most, "at": one.most_at, "leads_to": entry.leads_to, "lessons": entry.lessons,
        "causes": [{"title": cause.title, "how_to_tell": cause.tell, "cure": cause.cure} for cause in entry.causes],
        "page": entry.page,
    }  # fmt: skip
