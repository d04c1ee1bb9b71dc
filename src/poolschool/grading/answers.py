"""Find the answers in what a student handed in: bare files, files laid out like exercises/, or zips of either.

    l01_lamps.py    p1_why/l01_lamps.py    work.zip    ada_12345_67890_l01_lamps-1.py (as Canvas names a download)

Only files that are named like a lesson are taken, and only their bytes: what else was handed in (checkers, a conftest,
a sqlalchemy.py, links to elsewhere) never lies near the grading.
"""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from poolschool.course.lessons import Lesson
from poolschool.grading.plain_file import kind_of_place

MOST_BYTES = 1_000_000  # of one answer; the longest worked solution has 6,000
MOST_UNPACKED = 50_000_000  # of one zip
MOST_NAMED = 5  # files in one note
MOST_OF_A_ZIP = 5_000_000  # bytes of a zip within a zip
DEEPEST = 3  # a zip, one within it, one more
MOST_FILES = 20_000  # looked at in one submission; more is nobody's homework
FROM_LMS = re.compile(r"(?:.*\d_)?(?P<module>l\d\d_\w+?)(?:-\d+)?\.py", re.IGNORECASE)
ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
NOT_TAKEN = ("conftest.py", "sitecustomize.py", "pytest.py", "pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
SKIPPED = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True)
class Candidate:
    """One file that may be an answer. `rank` orders candidates: the course's own layout first, then the nearest to the top."""

    rank: tuple[int, int, str]
    name: str
    digest: bytes


def gather(
    handed_in: Iterable[Path], lessons: tuple[Lesson, ...], into: Path, unreadable: list[str] | None = None
) -> list[str]:
    """Copy each lesson's answer to `into/STEM.py`; give notes for the student on what was passed over or is doubtful.

    `handed_in` are the folders, zips and files of one student. What an instructor should look at is added to `unreadable`:
    what could not be read, and that there is no answer at all.
    """
    places, notes = list(handed_in), list[str]()
    closed: list[str] = []
    candidates: dict[str, list[Candidate]] = {lesson.stem: [] for lesson in lessons}
    best: dict[
        str, bytes
    ] = {}  # the content of each lesson's best candidate so far; one zip may hold thousands of them
    strangers: list[str] = []
    own: list[str] = []
    checkers = {lesson.checker.name: lesson.checker.read_bytes() for lesson in lessons}
    modules = {lesson.module: lesson for lesson in lessons}
    for name, content in _files(places, notes, closed):
        named = FROM_LMS.fullmatch(PurePosixPath(name).name)
        lesson = modules.get(named["module"].lower()) if named else None
        if lesson is None:
            strangers.append(name)
            last = PurePosixPath(name).name
            if last in NOT_TAKEN or checkers.get(last, content) != content:
                own.append(name)
        elif len(content) > MOST_BYTES:
            notes.append(f"{name} was not graded: it has more than {MOST_BYTES:,} bytes.")
        else:
            candidate = Candidate(_rank(name, lesson), name, hashlib.sha256(content).digest())
            of_lesson = candidates[lesson.stem]
            if not of_lesson or candidate.rank < min(other.rank for other in of_lesson):
                best[lesson.stem] = content
            of_lesson.append(candidate)
    for lesson in lessons:
        if of_lesson := sorted(candidates[lesson.stem], key=lambda candidate: candidate.rank):
            target = into / f"{lesson.stem}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(best[lesson.stem])
            others = [other.name for other in of_lesson[1:] if other.digest != of_lesson[0].digest]
            if others:
                notes.append(f"{of_lesson[0].name} was graded, and not {', '.join(others[:MOST_NAMED])}.")
        else:
            near = [name for name in strangers if lesson.topic in name.lower() and not name.endswith("_test.py")]
            meant = f" Is it {near[0]}? Rename it." if near else ""
            notes.append(f"There is no file {lesson.module}.py.{meant}")
    if own:
        notes.append(f"Not used, for the course's own is: {', '.join(own[:MOST_NAMED])}.")
    if unreadable is not None:
        unreadable += closed[:MOST_NAMED]
        if not any(candidates.values()) and not closed:
            seen = f" Among what is there: {', '.join(strangers[:MOST_NAMED])}." if strangers else ""
            wanted = " or ".join(f"{lesson.module}.py" for lesson in lessons)
            names = ", ".join(place.name for place in places[:MOST_NAMED])
            unreadable.append(f"there is no answer ({wanted}) in {names}.{seen}")
    return [*closed, *notes]


def _rank(name: str, lesson: Lesson) -> tuple[int, int, str]:
    path = PurePosixPath(name)
    resubmitted = re.search(r"-(\d+)\.py$", name)  # Canvas counts what is handed in again
    return (
        0 if path.parent.name == lesson.part else 1,
        len(path.parts) - 1000 * int(resubmitted[1] if resubmitted else 0),
        name,
    )


def _files(places: Iterable[Path], notes: list[str], closed: list[str]) -> Iterator[tuple[str, bytes]]:
    """Return name and content of every Python file, those in zips too; a zip counts as a folder of its own name.

    What could be an answer and cannot be read is added to `closed`.
    """
    looked_at = 0
    for path, shown in _walk(places):
        looked_at += 1
        if looked_at > MOST_FILES:
            notes.append(f"More than {MOST_FILES:,} files were handed in; the rest was not looked at.")
            return
        suffix = path.suffix.lower()
        if suffix in ARCHIVES and not path.name.startswith("."):
            closed.append(_not_opened(shown))
            continue
        if path.name.startswith(".") or (suffix not in (".py", ".zip") and path.name not in NOT_TAKEN):
            continue
        if kind := "a link" if path.is_symlink() else kind_of_place(path):
            closed.append(f"{shown} was not graded: it is {kind}, and no file of its own.")
            continue
        try:
            if suffix == ".zip":
                with path.open("rb") as file:
                    yield from _members(file, shown, closed, [MOST_UNPACKED], 1)
            else:
                with path.open("rb") as file:
                    yield shown, file.read(MOST_BYTES + 1)
        except OSError as error:
            closed.append(f"{shown} was not graded: it cannot be read ({error.strerror}).")


def _walk(places: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Return every file below the places with the name by which its student knows it; links to folders are not followed."""
    for top in places:
        if top.is_symlink() or not top.is_dir():
            yield top, top.name
            continue
        for place, folders, names in os.walk(top):
            links = sorted(
                name for name in folders if name.endswith(".py")
            )  # a folder, or a link to one, in a file's place
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
            for name in (*links, *sorted(names)):
                path = Path(place, name)
                yield path, path.relative_to(top).as_posix()


def _members(
    file: IO[bytes], shown: str, closed: list[str], left: list[int], depth: int
) -> Iterator[tuple[str, bytes]]:
    """Return the Python files of a zip and of zips within it; `left` is how many bytes may still be unpacked of all."""
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist()[:MOST_FILES]:
                name, place = member.filename, f"{shown}/{member.filename}"
                parts, suffix = PurePosixPath(name).parts, PurePosixPath(name).suffix.lower()
                if name.endswith("/") or suffix not in (".py", ".zip", *ARCHIVES):
                    continue
                if SKIPPED.intersection(parts) or any(part.startswith(".") and part != ".." for part in parts):
                    continue
                if suffix in ARCHIVES or (suffix == ".zip" and depth >= DEEPEST):
                    closed.append(_not_opened(place))
                    continue
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    # The others unpack a block at once, whatever its size.
                    closed.append(f"{place} was not graded: it is packed in an unusual way.")
                    continue
                most = MOST_OF_A_ZIP if suffix == ".zip" else MOST_BYTES
                with archive.open(member) as packed:  # bounded by what is read, whatever the zip says of its sizes
                    content = packed.read(most + 1)
                left[0] -= len(content)
                if left[0] < 0:
                    left[0] = 0
                    closed.append(f"{shown} unpacks to more than {MOST_UNPACKED:,} bytes; the rest was not looked at.")
                    return
                if suffix == ".py":
                    yield place, content
                elif len(content) > most:
                    closed.append(f"{place} was not graded: a zip within a zip may have {most:,} bytes.")
                else:
                    yield from _members(io.BytesIO(content), place, closed, left, depth + 1)
    except Exception as error:  # a broken zip raises whatever its damage makes the reader do
        why = str(error) or type(error).__name__
        closed.append(f"{shown} could not be unpacked whole ({why}). Make a new zip, without a password.")


def _not_opened(shown: str) -> str:
    return f"{shown} was not opened. Hand in the .py files themselves, or a zip of them."
