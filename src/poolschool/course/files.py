"""Files that people open: written as a whole or not at all, with names that every system takes; CSV and numbers as text."""

import csv
import errno
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from poolschool.course.faults import UserMistake

Cells = Sequence[str | float | None]
# What a spreadsheet computes instead of showing it; the wide signs are those of East Asian keyboards.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A login, an address or a number that begins with a sign: nothing in it calls a function or starts a program.
_HARMLESS_IDENTIFIER = re.compile(r"[+@-][\w.@+-]*")
_OF_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_HASHED = re.compile(r".*-[0-9a-f]{16}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs; raise UserMistake if that is not possible."""
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        os.replace(half, path)  # noqa: PTH105 - over a file that is there, on every system
    except OSError as error:
        raise UserMistake(f"{path} cannot be written: {error.strerror}. Give another --output.") from None


def keep_copy(root: Path, name: str, file: Path) -> Path:
    """Copy what a learner wrote below .poolschool/backups, under its name and the time, and give the place relative to `root`."""
    place = Path(".poolschool") / "backups" / f"{name}-{datetime.now():%Y%m%d-%H%M%S-%f}{file.suffix}"  # noqa: DTZ005
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_bytes(file.read_bytes())
    return place


class FileSet:
    """The files of one run below a folder: put in place together when the block ends, or none of them.

    Until then they lie in a hidden folder on the same disk. Raises UserMistake if they cannot be written; then, and when
    the block is left by an exception, everything is as it was.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: dict[str, None] = {}
        self._stage = folder

    def __enter__(self) -> Self:
        ground = self.folder
        while not ground.exists() and ground != ground.parent:
            ground = ground.parent
        try:
            self._stage = Path(tempfile.mkdtemp(prefix=".poolschool-", dir=ground))
        except OSError as problem:
            raise self._mistake(problem, self.folder) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put_in_place()
        finally:
            shutil.rmtree(self._stage, ignore_errors=True)

    @property
    def places(self) -> list[Path]:
        """Where the files of this run lie, in the order in which they were written."""
        return [self.folder / name for name in self._names]

    def discard(self) -> None:
        """Leave everything as it is."""
        self._names.clear()

    def write(self, name: str, content: bytes) -> Path:
        """Stage a file; give the place where it will be."""
        path = self.folder / name
        try:
            staged = self._staged(name)
            staged.parent.mkdir(parents=True, exist_ok=True)
            staged.write_bytes(content)
        except OSError as problem:
            raise self._mistake(problem, path) from None
        self._names[name] = None
        return path

    def _staged(self, name: str, kind: str = "new") -> Path:
        return self._stage / kind / name

    def _put_in_place(self) -> None:
        done: list[tuple[Path, Path | None]] = []
        path = self.folder
        try:
            for name in self._names:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                before = self._copy(path, self._staged(name, "before"))
                os.replace(self._staged(name), path)  # noqa: PTH105 - over a file that is there, on every system
                done.append((path, before))
        except BaseException as problem:
            for place, before in reversed(done):
                if before is None:
                    place.unlink(missing_ok=True)
                else:
                    os.replace(before, place)  # noqa: PTH105
            if isinstance(problem, OSError):
                raise self._mistake(problem, path) from None
            raise

    @staticmethod
    def _copy(path: Path, to: Path) -> Path | None:
        """Keep what lies at a place, so that it can be put back; None if nothing does."""
        if not path.exists():
            return None
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, to)
        except OSError:
            shutil.copy2(path, to)
        return to

    @staticmethod
    def _mistake(problem: OSError, path: Path) -> UserMistake:
        return UserMistake(f"{path} cannot be written: {problem.strerror}. Nothing was changed. Give another --output.")


def file_name(key: str) -> str:
    """Give a name for a student's files that every system can write, and no other student's key gives."""
    plain = re.sub(r"[^a-z0-9._@+-]", "_", key.lower())[:60].strip(".")
    if plain and plain == key and not _OF_WINDOWS.fullmatch(plain) and not _HASHED.fullmatch(plain):
        return plain
    # A name of Windows is one with any suffix too, so the number comes first in it.
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"_{plain}-{digest}" if _OF_WINDOWS.fullmatch(plain) else f"{plain}-{digest}"


def csv_text(rows: Iterable[Cells], identifiers: Collection[int] = ()) -> str:
    """Write CSV that a spreadsheet only shows: a text that it would compute is preceded by an apostrophe.

    The columns `identifiers` (indexes) are what an LMS finds students by. There a sign in front of an otherwise plain word
    stays: the apostrophe would make it another identifier, and the worst that a spreadsheet makes of it is a number.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([_safe(cell, index in identifiers) for index, cell in enumerate(row)])
    return out.getvalue()


def csv_file(rows: Iterable[Cells], identifiers: Collection[int] = ()) -> bytes:
    """Write CSV as a file: UTF-8 with a byte order mark, without which Excel takes it for the local code page.

    Canvas looks for "Student" anywhere in its first heading (lib/gradebook_importer.rb), Moodle removes the mark
    (csv_import_reader), so both still read it; the first heading must not be quoted.
    """
    return csv_text(rows, identifiers).encode("utf-8-sig", "backslashreplace")


def number_text(number: float | None, digits: int = 2) -> str:
    """Write a number without zeros that say nothing; "–" for none."""
    if number is None:
        return "–"
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:.0f}"


def _safe(cell: str | float | None, identifier: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return number_text(cell, 4)
    harmless = not cell.startswith(_DANGEROUS) or (identifier and _HARMLESS_IDENTIFIER.fullmatch(cell))
    return cell if harmless else f"'{cell}"
