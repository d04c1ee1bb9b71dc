"""Find the answers in what a student handed in: bare files, files laid out like exercises/, or zips of either.

Only files that are named like a lesson are taken, and only their bytes: what else was handed in (checkers, a conftest,
a sqlalchemy.py, links to elsewhere) never lies near the grading.
"""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from poolschool.course import Lesson

MOST_BYTES = 1_000_000  # of one answer; the longest worked solution has 6,000
MOST_FILES = 20_000  # looked at in one submission; more is nobody's homework
SKIPPED = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True)
class Found:
    """One file that may be an answer. `rank` orders candidates: the course's own layout first, then the nearest to the top."""

    name: str
    rank: tuple[int, int, str]
    content: bytes


def gather(handed_in: Path, lessons: tuple[Lesson, ...], into: Path) -> list[str]:
    """Copy each lesson's answer to `into/STEM.py`; give notes for the student on what was passed over or is doubtful."""
    notes: list[str] = []
    found: dict[str, list[Found]] = {lesson.stem: [] for lesson in lessons}
    strangers: list[str] = []
    for name, content in _files(handed_in, notes):
        lesson = next((lesson for lesson in lessons if PurePosixPath(name).name.lower() == f"{lesson.module}.py"), None)
        if lesson is None:
            strangers.append(name)
        elif len(content) > MOST_BYTES:
            notes.append(f"{name} was not graded: it has more than {MOST_BYTES:,} bytes.")
        else:
            found[lesson.stem].append(Found(name, _rank(name, lesson), content))
    for lesson in lessons:
        candidates = sorted(found[lesson.stem], key=lambda candidate: candidate.rank)
        if candidates:
            target = into / f"{lesson.stem}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(candidates[0].content)
            others = [other.name for other in candidates[1:] if other.content != candidates[0].content]
            if others:
                notes.append(f"{candidates[0].name} was graded, and not {', '.join(others)}.")
        else:
            near = [name for name in strangers if lesson.topic in name.lower() and not name.endswith("_test.py")]
            meant = f" Is it {near[0]}? Rename it." if near else ""
            notes.append(f"There is no file {lesson.module}.py.{meant}")
    return notes


def _rank(name: str, lesson: Lesson) -> tuple[int, int, str]:
    in_layout = PurePosixPath(name).parent.name == lesson.part
    return (0 if in_layout else 1, len(PurePosixPath(name).parts), name)


def _files(folder: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Give name and content of every Python file, those in zips too; a zip counts as a folder of its own name."""
    looked_at = 0
    for place, folders, names in os.walk(folder):  # does not follow links to folders
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED)
        for name in sorted(names):
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            looked_at += 1
            if looked_at > MOST_FILES:
                notes.append(f"More than {MOST_FILES:,} files were handed in; the rest was not looked at.")
                return
            if name.startswith(".") or path.suffix.lower() not in (".py", ".zip"):
                continue
            if path.is_symlink() or not path.is_file():
                notes.append(f"{shown} was not graded: it is a link or no file.")
                continue
            try:
                if path.suffix.lower() == ".zip":
                    yield from _members(path, shown, notes)
                else:
                    with path.open("rb") as file:
                        yield shown, file.read(MOST_BYTES + 1)
            except OSError as error:
                notes.append(f"{shown} was not graded: it cannot be read ({error.strerror}).")


def _members(path: Path, shown: str, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist()[:MOST_FILES]:
                parts = PurePosixPath(member.filename).parts
                if member.is_dir() or not member.filename.lower().endswith(".py"):
                    continue
                if SKIPPED.intersection(parts) or any(part.startswith(".") and part != ".." for part in parts):
                    continue
                with archive.open(member) as file:  # bounded by what is read, whatever the zip says of its sizes
                    yield f"{shown}/{member.filename}", file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, UnicodeError) as error:
        notes.append(f"{shown} could not be unpacked whole ({error}). Make a new zip, without a password.")
