"""Find result files: single ones, folders of them, and the zips in which an LMS hands over a class."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from poolschool.course.faults import UserMistake
from poolschool.teaching.assignments.handed_in import MOST_BYTES

MOST_FILES = 100_000


class Found(NamedTuple):
    """A file and where it was found; `problem` says why it could not be read, and then there is no content."""

    place: str
    content: bytes
    problem: str = ""


def find_results(places: tuple[Path, ...]) -> Iterator[Found]:
    """Give every file below the places, each once and in the order of names; raise UserMistake for a place that is not there."""
    for place in places:
        if not place.exists():
            raise UserMistake(f"There is no {place}. Name result files, folders or zips of them.")
    for place in places:
        paths = sorted(path for path in place.rglob("*") if not path.is_dir()) if place.is_dir() else [place]
        for path in paths:
            yield from _zipped(path) if path.suffix.lower() == ".zip" else [_read(path)]


def _read(path: Path) -> Found:
    if not path.is_file():
        return Found(str(path), b"", "This is not a file that can be read.")
    try:
        with path.open("rb") as file:
            return Found(str(path), file.read(MOST_BYTES + 1))
    except OSError as error:
        return Found(str(path), b"", f"The file cannot be read: {error.strerror}.")


def _zipped(path: Path) -> Iterator[Found]:
    """Read a zip without unpacking it: nothing is written, and no more is read of a file than a result may have."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if not entries:
                yield Found(str(path), b"", "The zip is empty.")
            for entry in entries[:MOST_FILES]:
                yield _entry(archive, entry, f"{path}/{entry.filename}")
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        yield Found(str(path), b"", f"The zip cannot be read: {error}.")


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: str) -> Found:
    try:
        with archive.open(entry) as file:
            return Found(place, file.read(MOST_BYTES + 1))
    except Exception as error:  # a broken entry raises whatever its compression raises
        return Found(place, b"", f"This part of the zip cannot be read: {type(error).__name__}.")
