"""Whose is what in the folder in which an LMS hands over a class: a folder, a zip or some files for each student."""

import os
from dataclasses import dataclass
from pathlib import Path

from poolschool.course.faults import UserMistake
from poolschool.grading.words import printable
from poolschool.teaching.classroom.identity import fold, text_of_name, visible
from poolschool.teaching.classroom.lms_names import is_left_behind, lms_name
from poolschool.teaching.classroom.students import Roster, Student, people


@dataclass(frozen=True)
class Submission:
    """What one student handed in; `in_list` says whether the list of students names them, `why` what speaks against it."""

    student: Student
    places: tuple[Path, ...]
    in_list: bool
    why: str = ""


def find_submissions(folder: Path, roster: Roster | None) -> list[Submission]:
    """Give a submission for every student who handed in, in the order of the list; strangers come last. Nothing is left out.

    Raises UserMistake if there is no such folder, or nothing in it.
    """
    try:
        paths = [
            path for path in sorted(folder.iterdir()) if not (path.name.startswith(".") or is_left_behind(path.name))
        ]
    except OSError as error:
        what = f"There is no folder {folder}" if not folder.is_dir() else f"{folder} cannot be read: {error.strerror}"
        raise UserMistake(f"{what}. Give the one that holds a folder or a zip for each student.") from None
    if not paths:
        raise UserMistake(f"{folder} is empty. Put a folder or a zip for each student into it.")
    of_students: dict[Student, list[Path]] = {}
    of_strangers: dict[str, tuple[str, str, list[Path]]] = {}
    for path in paths:
        candidates = roster.candidates_in([path.name]) if roster else ()
        if len(candidates) == 1:
            of_students.setdefault(candidates[0], []).append(path)
            continue
        who, uploader = _who(path)
        why = f"“{who}” may be {people(candidates)}." if candidates else f"Nobody in the list is known as “{who}”."
        of_strangers.setdefault(uploader, (who, why if roster else "", []))[2].append(path)
    known = [
        Submission(student, tuple(of_students[student]), True)
        for student in (roster.students if roster else ())
        if student in of_students
    ]
    return [*known, *_strangers(of_strangers, roster)]


def _strangers(found: dict[str, tuple[str, str, list[Path]]], roster: Roster | None) -> list[Submission]:
    """Give each stranger a key that is nobody else's."""
    taken = {fold(student.key) for student in (roster.students if roster else ())}
    strangers = []
    for who, why, places in sorted(found.values(), key=lambda stranger: (stranger[0], stranger[2])):
        names = [who, *(f"{who} ({printable(text_of_name(place.name))})" for place in places[:1])]
        names += (f"{who} ({number})" for number in range(2, len(found) + len(taken) + 3))
        key = next(name for name in names if fold(name) not in taken)
        taken.add(fold(key))
        strangers.append(Submission(Student(key, who), tuple(places), roster is None, why))
    return strangers


def _who(path: Path) -> tuple[str, str]:
    """Give what a name says of its student, and what tells this uploader from all others."""
    name = text_of_name(path.name)
    if made_by := lms_name(name):
        return printable(visible(made_by.who)), f"{made_by.uploader} {made_by.number}"
    stem = name if os.path.isdir(path) else Path(name).stem  # noqa: PTH112 - an unreadable place is no folder
    return printable(visible(stem) or ascii(stem)[1:-1]), f"own {stem}"
