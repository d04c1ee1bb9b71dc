"""Files that people open: written as a whole or not at all, with names that every system takes; CSV and numbers as text."""

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from poolschool.course.faults import UserMistake

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs; raise UserMistake if that is not possible."""
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        os.replace(half, path)  # noqa: PTH105 - over a file that is there, on every system
    except OSError as error:
        raise UserMistake(f"{path} cannot be written: {error.strerror}. Give another --output.") from None


def file_name(key: str) -> str:
    """Give a name for a student's files that every system can write, and no other student's key gives."""
    plain = re.sub(r"[^a-z0-9._@+-]", "_", key.lower())[:60].strip(".")
    return plain if plain and plain == key else f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def csv_text(rows: Iterable[Sequence[str | float | None]]) -> str:
    """Write CSV that a spreadsheet only shows: a text that it would compute is preceded by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def number_text(number: float | None, digits: int = 2) -> str:
    """Write a number without zeros that say nothing; "–" for none."""
    if number is None:
        return "–"
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:.0f}"


def _safe(cell: str | float | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return number_text(cell, 4)
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
