"""Find result files: single ones, folders of them, and the zips in which an LMS hands over a class, and students their work.

One file is in memory at a time, and no more of it than a result may have; nothing is unpacked to the disk.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from poolschool.course.faults import UserMistake
from poolschool.grading.words import printable
from poolschool.teaching.assignments.handed_in import MOST_BYTES
from poolschool.teaching.classroom.lms_names import is_left_behind

MOST_FILES = 20_000  # of one zip, those within it included
MOST_UNPACKED = 200_000_000  # bytes that are read of one zip, those within it included
MOST_OF_A_ZIP = 5_000_000  # bytes of a zip within a zip
DEEPEST = 3  # the class's zip, a student's zip, one more
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what can be unpacked in small pieces, and what everybody writes
LONGEST = 300  # signs of a place in a report


class ResultFile(NamedTuple):
    """A file and where it lies; `problem` says why it could not be read, and then there is no content.

    `parts` are the names of folders, zips and the file below the place that was asked for: what can name a student.
    """

    place: str
    parts: tuple[str, ...]
    content: bytes
    problem: str = ""


class _Budget:
    """What may still be read of one zip."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = MOST_UNPACKED

    @property
    def spent(self) -> bool:
        """Whether nothing more may be read."""
        return self.files <= 0 or self.bytes <= 0


def find_results(places: tuple[Path, ...], without: Path | None = None) -> Iterator[ResultFile]:
    """Give every file below the places, each once and in the order of names, but for those in the folder `without`.

    Raises UserMistake for a place that is not there.
    """
    left_out = without.resolve() if without else None
    for place in places:
        if not os.path.lexists(place):
            raise UserMistake(f"There is no {place}. Name result files, folders or zips of them.")
    for place in places:
        if place.is_dir():
            # Of several folders each may be a student's; the name of a single one is the instructor's own.
            yield from _below(place, (place.name,) if len(places) > 1 and place.name else (), left_out)
        else:
            yield from _file(place, (place.name,))


def _below(folder: Path, parts: tuple[str, ...], left_out: Path | None) -> Iterator[ResultFile]:
    waiting = [(folder, parts)]
    while waiting:
        folder, parts = waiting.pop()
        if folder.resolve() == left_out:
            continue
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            entries = [entry for entry in entries if not is_left_behind(entry.name)]
        except OSError as error:
            yield _problem(str(folder), parts, f"The folder cannot be read: {error.strerror}.")
            continue
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        waiting += [(folder / entry.name, (*parts, entry.name)) for entry in reversed(folders)]
        for entry in entries:
            path, names = folder / entry.name, (*parts, entry.name)
            if entry.is_symlink():
                yield _problem(str(path), names, "This is a link, and is not followed.")
            elif entry not in folders:
                yield from _file(path, names)


def _file(path: Path, parts: tuple[str, ...]) -> Iterator[ResultFile]:
    place = str(path)
    if not path.is_file():
        yield _problem(place, parts, "This is not a file that can be read.")
        return
    try:
        with path.open("rb") as file:
            if path.suffix.lower() == ".zip":
                yield from _zipped(file, place, parts, _Budget(), 1)
            else:
                yield ResultFile(_shortened(place), parts, file.read(MOST_BYTES + 1))
    except OSError as error:
        yield _problem(place, parts, f"The file cannot be read: {error.strerror}.")


def _zipped(file: IO[bytes], place: str, parts: tuple[str, ...], budget: _Budget, depth: int) -> Iterator[ResultFile]:
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if entry.file_size or not entry.filename.endswith(("/", "\\"))]
        entries = [entry for entry in entries if not any(map(is_left_behind, re.split(r"[/\\]", entry.filename)))]
    except Exception as error:  # a broken directory raises whatever it makes the reader do
        yield _problem(place, parts, f"The zip cannot be read: {printable(str(error)) or type(error).__name__}.")
        return
    if not entries:
        yield _problem(place, parts, "The zip is empty.")
    for number, entry in enumerate(entries):
        if budget.spent:
            rest = f"The other {len(entries) - number:,} files of this zip were not read:"
            yield _problem(
                place, parts, f"{rest} it is too large for results of a class. Unpack it and name the folder."
            )
            return
        budget.files -= 1
        name = _name(entry)
        within = (*parts, *(part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")))
        yield from _entry(archive, entry, (f"{place}/{name}", within), budget, depth)


def _entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: tuple[str, tuple[str, ...]], budget: _Budget, depth: int
) -> Iterator[ResultFile]:
    place, parts = where
    nested = entry.filename.lower().endswith(".zip")
    most = MOST_OF_A_ZIP if nested else MOST_BYTES
    if entry.compress_type not in PLAIN:
        yield _problem(place, parts, "This part of the zip is packed in an unusual way. Make a new zip of it.")
        return
    if entry.flag_bits & 1:
        yield _problem(place, parts, "This part of the zip needs a password.")
        return
    if nested and depth >= DEEPEST:
        yield _problem(place, parts, f"Zips within zips are read {DEEPEST} deep, and this one lies deeper.")
        return
    try:
        with archive.open(entry) as file:
            content = file.read(most + 1)
    except Exception as error:  # a broken entry raises whatever its compression raises
        yield _problem(place, parts, f"This part of the zip cannot be read: {type(error).__name__}.")
        return
    budget.bytes -= len(content)
    if not nested:
        yield ResultFile(_shortened(place), parts, content)
    elif len(content) > most:
        yield _problem(place, parts, f"This zip within a zip has more than {most:,} bytes.")
    else:
        yield from _zipped(io.BytesIO(content), place, parts, budget, depth + 1)


def _name(entry: zipfile.ZipInfo) -> str:
    """Give an entry's name; macOS writes UTF-8 and many programs of Windows cp1252, and neither says so."""
    name = entry.filename or "(no name)"
    if entry.flag_bits & 0x800:
        return name
    try:
        data = name.encode("cp437")
        return data.decode()
    except UnicodeEncodeError:
        return name
    except UnicodeDecodeError:
        # The letters of cp437 lie below those of cp1252, but for ß.
        letters = {byte for byte in data if byte >= 0x80}
        return data.decode("cp1252") if min(letters) >= 0xC0 and letters != {0xE1} else name


def _problem(place: str, parts: tuple[str, ...], problem: str) -> ResultFile:
    return ResultFile(_shortened(place), parts, b"", problem)


def _shortened(place: str) -> str:
    text = printable(place)
    return text if len(text) <= LONGEST else f"{text[:100]}…{text[-LONGEST + 100 :]}"
