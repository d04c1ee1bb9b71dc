"""Whose is what in the folder in which an LMS hands over a class: a folder, a zip or some files for each student."""

import re
from dataclasses import dataclass
from pathlib import Path

from poolschool.course.faults import UserMistake
from poolschool.teaching.classroom.roster import Roster, Student

IGNORED = {"__MACOSX", "desktop.ini", "thumbs.db"}
# As Canvas names a single file: adalovelace_12345_67890_l01_lamps.py, with LATE_ after the name if it was.
LOOSE = re.compile(r"(?P<who>.+?)_(?:late_)?\d+_\d+_.+", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """What one student handed in; `known` says whether the list of students names them."""

    student: Student
    places: tuple[Path, ...]
    known: bool


def find_submissions(folder: Path, roster: Roster | None) -> list[Submission]:
    """Give a submission for every student who handed in, in the order of the list; strangers come last. Nothing is left out.

    Raises UserMistake if there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise UserMistake(f"There is no folder {folder}. Give the one that holds a folder or a zip for each student.")
    found: dict[str, list[Path]] = {}
    students: dict[str, Student] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in IGNORED:
            continue
        student = roster.find_in(Path(_who(path))) or roster.find_in(Path(path.name)) if roster else None
        key = student.key if student else _who(path)
        students.setdefault(key, student or Student(key, key))
        found.setdefault(key, []).append(path)
    if not found:
        raise UserMistake(f"{folder} is empty. Put a folder or a zip for each student into it.")
    order = {student.key: place for place, student in enumerate(roster.students if roster else ())}
    keys = sorted(found, key=lambda key: (order.get(key, len(order)), key))
    return [Submission(students[key], tuple(found[key]), roster is None or key in order) for key in keys]


def _who(path: Path) -> str:
    """Give what a name says of its student: the name itself, without what an LMS adds."""
    if path.is_dir():
        return path.name.removesuffix("_assignsubmission_file_").removesuffix("_assignsubmission_file")
    loose = LOOSE.fullmatch(path.name)
    return loose["who"] if loose else path.stem
