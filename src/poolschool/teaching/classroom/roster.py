"""Who is in the class: read from a list of one's own, from Canvas's grade book or from Moodle's list of participants.

A student's `key` is what they call themselves when they hand in: a login, an e-mail address, a number.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault, UserMistake

# Column names that mean the same, in the order in which they serve as key; compared in small letters.
KEYS = (
    *("login", "username", "sis login id", "anmeldename", "benutzername", "nom d'utilisateur"),
    *("email", "e-mail", "email address", "e-mail-adresse", "mail", "adresse de courriel"),
    *("id number", "sis user id", "matrikelnummer", "id-nummer", "id nummer", "numéro d'identification", "key", "id"),
)
EMAILS = ("email", "e-mail", "email address", "e-mail-adresse", "mail", "adresse de courriel")
FIRST = ("first name", "vorname", "prénom")
LAST = ("surname", "last name", "nachname", "nom de famille", "nom")
NAMES = ("name", "full name", "vollständiger name", "fullname")
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Student:
    """One student. `ids` are all by which they may be known, `row` the line of the list as it was read."""

    key: str
    name: str
    email: str = ""
    ids: tuple[str, ...] = ()
    row: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


class Roster:
    """The students in the order of the list."""

    def __init__(self, students: tuple[Student, ...]) -> None:
        self.students = students
        self._by_id = {_plain(known): student for student in students for known in (*student.ids, student.key)}
        self._by_name: dict[str, list[Student]] = {}
        for student in students:
            self._by_name.setdefault(_plain(student.name), []).append(student)

    def find(self, text: str) -> Student | None:
        """Find a student by anything that names one: key, e-mail, number, or a full name that only one has."""
        if found := self._by_id.get(_plain(text)):
            return found
        namesakes = self._by_name.get(_plain(text), []) if text.strip() else []
        return namesakes[0] if len(namesakes) == 1 else None

    def find_in(self, place: Path) -> Student | None:
        """Find a student by the folder or file name that an LMS gave: the only one whom a part of it names."""
        words = {
            word
            for part in place.parts[-3:]
            for word in (part, *re.split(r"[_\s]+", Path(part).stem), part.partition("_")[0])
        }
        students = {found.key: found for word in words if word and (found := self.find(word))}
        return next(iter(students.values())) if len(students) == 1 else None


def load_roster(path: Path) -> Roster:
    """Read a list of students; raise CourseFault with every fault and its line."""
    rows = list(_rows(path))
    if not rows:
        raise CourseFault([Fault(path, 0, "The list is empty.", "Give a header and a line for each student.")])
    header = [_plain(name) for name in rows[0][1]]
    canvas = "student" in header and ("sis login id" in header or "sis user id" in header)
    keys = [name for name in (*(() if canvas else ("student",)), *KEYS) if name in header]
    if not keys:
        what = f"None of the columns tells students apart: {', '.join(rows[0][1])}."
        way_out = "Name one of them `student`: what they call themselves when they hand in."
        raise CourseFault([Fault(path, rows[0][0], what, way_out)])
    students: dict[str, Student] = {}
    faults: list[Fault] = []
    for line, cells in rows[1:]:
        row = dict(zip(rows[0][1], cells, strict=False))
        known = {_plain(name): cell.strip() for name, cell in row.items()}
        name = _name(known, canvas)
        ids = tuple(dict.fromkeys(known[key] for key in keys if known.get(key)))
        if name.lower().startswith("points possible") or not any(known.values()):
            continue  # Canvas's second line, and blank ones
        if not ids:
            faults.append(Fault(path, line, f"{name or 'This student'} has no {keys[0]}.", "Fill it in."))
        elif (twin := students.get(_plain(ids[0]))) is not None:
            faults.append(
                Fault(path, line, f"{ids[0]} stands here twice, as {twin.name} and {name}.", "Remove or mend one.")
            )
        else:
            email = next((known[key] for key in EMAILS if known.get(key)), "")
            students[_plain(ids[0])] = Student(ids[0], name or ids[0], email, ids, row)
    if faults:
        raise CourseFault(faults)
    if not students:
        raise CourseFault([Fault(path, 0, "The list has a header and no student.", "Add a line for each student.")])
    return Roster(tuple(students.values()))


def _name(known: dict[str, str], canvas: bool) -> str:
    if canvas:
        return known.get("student", "")
    for name in NAMES:
        if known.get(name):
            return known[name]
    first, last = (next((known[name] for name in names if known.get(name)), "") for names in (FIRST, LAST))
    return f"{first} {last}".strip()


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read the lines of a CSV file in any of the encodings and separators that office programs write."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserMistake(f"The list of students {path} cannot be read: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise UserMistake(f"{path} is too large for a list of students.")
    text = _decoded(data)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        fault = Fault(path, reader.line_num, f"This is not CSV: {error}.", "Save it as CSV once more.")
        raise CourseFault([fault]) from None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
