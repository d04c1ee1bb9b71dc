"""Whose a result file is: what it says of itself, and what the names of folders and files say of it, must agree."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from poolschool.teaching.assignments.handed_in import ResultPaper
from poolschool.teaching.classroom.identity import compact_forms, fold, text_of_name, visible
from poolschool.teaching.classroom.lms_names import lms_name
from poolschool.teaching.classroom.students import Roster, Student, Students, people

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\.\w+")


@dataclass(frozen=True)
class Owner:
    """Whose a file is. Without `student` the `reason` says why nobody gets it, and `claimants` who may be meant.

    `by_place` says that the name of a folder or file names the student too.
    """

    student: Student | None = None
    claimants: Students = ()
    reason: str = ""
    note: str = ""
    by_place: bool = False


def find_owner(roster: Roster, parts: Sequence[str], paper: ResultPaper | None) -> Owner:
    """Find the student on whom all that is known of a file agrees; `paper` is None if it cannot be read."""
    place = roster.candidates_in(parts)
    if paper is None:
        only = place[0] if len(place) == 1 else None
        return Owner(only, () if only else place, by_place=only is not None)
    claim, name = roster.candidates(paper.student), _named(roster, paper.name)
    whole = [candidates for candidates in (claim, name, place) if candidates]
    common = [student for student in roster.students if whole and all(student in some for some in whole)]
    if not whole:
        return Owner(reason=f"Nobody in the list is known as “{visible(paper.student)}”.")
    if not common:
        return _contradiction(paper, claim, name, place)
    if len(common) > 1 or (len(claim) != 1 and not place and len(name) != 1) or (len(claim) > 1 and len(place) != 1):
        meant = claim or name or place
        what = f"“{visible(paper.student) or visible(paper.name)}” fits {people(meant, lines=True)}, so it is nobody's."
        return Owner(claimants=meant, reason=f"{what} Decide whose it is.")
    owner, note = common[0], ""
    if len(claim) != 1:
        by = "file's name" if len(place) == 1 else "name"
        note = f"matched by the {by}; the student wrote “{visible(paper.student)}”"
    return Owner(owner, note=note, by_place=place == (owner,))


def uploader_of(parts: Sequence[str]) -> str:
    """Name the one who handed a file in, as an LMS tells them apart or an address in a name does; "" if nothing says so."""
    for part in parts:
        if made_by := lms_name(text_of_name(part)):
            return made_by.uploader
    addresses = (_ADDRESS.search(fold(text_of_name(part))) for part in parts)
    return next((f"mail {address[0]}" for address in addresses if address), "")


def is_uploader(student: Student, uploader: str) -> bool:
    """Say whether the one who handed a file in is called like a student."""
    kind, _, who = uploader.partition(" ")
    if kind == "mail":
        return fold(student.key) in who or bool(student.email and fold(student.email) in who)
    names = {fold(student.key), fold(student.name), *compact_forms(student.name)}
    return who.partition(" #")[0] in names


def _named(roster: Roster, name: str) -> Students:
    """Give those whom a full name means; a single word is too little to speak against an identifier."""
    return roster.candidates(name) if len(visible(name).split()) > 1 else ()


def _contradiction(paper: ResultPaper, claim: Students, name: Students, place: Students) -> Owner:
    said = [f"the file says it is of “{visible(paper.student)}”{_meaning(claim)}"] if claim else []
    if name and not set(name) & set(claim):
        said.append(f"its name is “{visible(paper.name)}”{_meaning(name)}")
    if place and not set(place) & set(claim):
        said.append(f"the file or its folder is called like {people(place)}")
    claimants = tuple(dict.fromkeys((*claim, *name, *place)))
    reason = f"{' but '.join(said)}: nobody gets it. Decide whose it is."
    return Owner(claimants=claimants, reason=reason[:1].upper() + reason[1:])


def _meaning(students: Students) -> str:
    return f", which is {people(students)}" if students else ""
