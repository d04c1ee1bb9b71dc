"""Read the list of a class: one of one's own, Canvas's grade book, Moodle's or Blackboard's list, in several languages."""

import re
from collections.abc import Sequence
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault
from poolschool.teaching.classroom.headings import (
    EMAILS,
    FIRST,
    LAST,
    LOGINS,
    NAMES,
    NUMBERS,
    key_columns,
    list_source,
    plain_headings,
)
from poolschool.teaching.classroom.identity import fold, visible
from poolschool.teaching.classroom.student_list import Sheet, read_sheet
from poolschool.teaching.classroom.students import Roster, Student

MOST_LINES_ABOVE = 10  # titles and dates that stand above the headings
_FORMULA = re.compile(r'="(.*)"')  # how Excel is made to keep the zeros in front of a number
_DESTROYED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+|#+(?:\.#+)?")  # what Excel leaves of a long number
_WHOLE = re.compile(r"(\d{4,})[.,]0")  # how programs for statistics write a number
_IN_BRACKETS = re.compile(r"<(?:mailto:)?([^<>@\s]+@[^<>@\s]+)>")
_PROTECTED = re.compile(r"'[=+\-@]")  # how our own files keep a spreadsheet from computing


def load_roster(path: Path) -> Roster:
    """Read a list of students; raise CourseFault with every fault and its line."""
    sheet = read_sheet(path)
    if not sheet.rows:
        raise CourseFault([Fault(path, 0, "The list is empty.", "Give a header and a line for each student.")])
    top = next(
        (
            at
            for at, (_, cells) in enumerate(sheet.rows[:MOST_LINES_ABOVE])
            if key_columns(plain_headings(cells), "own")
        ),
        0,
    )
    line, titles = sheet.rows[top]
    reading = _Reading(path, line, titles, canvas=_has_points_row(sheet))
    for line, cells in sheet.rows[top + 1 :]:
        reading.take(line, cells)
    reading.finish(sheet)
    return Roster(tuple(reading.students), source=reading.source, notes=reading.notes)


class _Reading:
    """Reads the rows below the headings of one list, and gathers what is wrong with them."""

    def __init__(self, path: Path, line: int, titles: Sequence[str], *, canvas: bool) -> None:
        self.path = path
        self.titles = [visible(title) for title in titles]
        self.headings = plain_headings(titles)
        self.source = list_source(self.headings, canvas)
        self.keys = key_columns(self.headings, self.source)
        self.students: list[Student] = []
        self.notes: list[str] = []
        self._faults: list[Fault] = []
        self._by_key: dict[str, Student] = {}
        self._destroyed: list[str] = []
        if not self.keys and self.source != "canvas":
            what = f"None of the columns tells students apart: {', '.join(self.titles)}."
            way_out = (
                "Name one of them `student`: what they call themselves when they hand in. Without a header, add one."
            )
            if _is_person(self.titles):
                what = f"The list has no header: its first line is that of a student ({', '.join(self.titles)})."
                way_out = "Put a line with the names of the columns above it, such as: student,name"
            raise CourseFault([Fault(path, line, what, way_out)])

    def take(self, line: int, cells: Sequence[str]) -> None:
        """Read one row."""
        if any(cell.strip() for cell in cells[len(self.titles) :]):
            what = f"There are {len(cells)} cells below {len(self.titles)} headings."
            way_out = "Put a cell that holds the separator into quotation marks."
            self._faults.append(Fault(self.path, line, what, way_out))
            return
        if plain_headings(cells) == self.headings:
            return  # two exports, one below the other
        row: dict[str, str] = {}
        known: dict[str, str] = {}
        for title, heading, cell in zip(self.titles, self.headings, cells, strict=False):
            row.setdefault(title, cell)
            text = _cell(cell)
            known[heading] = known.get(heading) or (_address(text) if heading in EMAILS else text)
        name = _name(known, self.source)
        if not any(known.values()) or self._no_student(known, name, cells):
            return
        numbers = (*self.keys, "id") if self.source == "canvas" else self.keys
        broken = {key: known[key] for key in numbers if _DESTROYED.fullmatch(known.get(key, ""))}
        for key, text in broken.items():
            self._destroyed.append(f"“{text}” ({name or 'no name'}, line {line})")
            known[key] = ""
        ids = tuple(dict.fromkeys(known[key] for key in self.keys if known.get(key)))
        if not ids and name and (broken or not self.keys):
            ids = (name,) if fold(name) not in self._by_key else (f"{name} (line {line})",)
        if not ids:
            what = f"{name or 'This student'} has no {(*self.keys, 'name')[0]}."
            way_out = (
                "Fill it in." if not broken else "Excel destroyed it: give the column the format Text, fill it in."
            )
            self._faults.append(Fault(self.path, line, what, way_out))
        elif (twin := self._by_key.get(fold(ids[0]))) is not None:
            what = f"{ids[0]} stands here twice, as {twin.name} (line {twin.line}) and {name or ids[0]}."
            self._faults.append(Fault(self.path, line, what, "Remove one, or give each an identifier of their own."))
        else:
            self._add(line, ids, name, known, row)

    def _add(self, line: int, ids: tuple[str, ...], name: str, known: dict[str, str], row: dict[str, str]) -> None:
        key = ids[0]
        login, number = _first(known, LOGINS), _first(known, NUMBERS)
        email = _first(known, EMAILS) or (login if "@" in login else "") or (key if "@" in key else "")
        if known.get("student") == key and self.source == "own" and "@" not in key:
            number = number or (key if key.isdecimal() else "")
            login = login or key
        lms_id = known.get("id", "") if self.source == "canvas" else ""
        student = Student(key, name or key, email, ids, row, login, number, lms_id, line)
        self._by_key[fold(key)] = student
        self.students.append(student)

    def _no_student(self, known: dict[str, str], name: str, cells: Sequence[str]) -> bool:
        """Say whether a row of Canvas's is none of a student: points, posting, the test student."""
        if fold(name).startswith("points possible"):
            return True
        if self.source != "canvas":
            return False
        if not name and not any(known.get(key) for key in self.keys) and not known.get("id"):
            return any(cell.strip() for cell in cells)
        if fold(name) in ("student, test", "test student") and not known.get("sis user id"):
            self.notes.append("Canvas's own test student is left out.")
            return True
        return False

    def finish(self, sheet: Sheet) -> None:
        """Raise CourseFault for what is wrong, and note what is odd."""
        if self._faults:
            raise CourseFault(self._faults)
        if not self.students:
            what = "The list has a header and no student."
            raise CourseFault([Fault(self.path, 0, what, "Add a line for each student.")])
        if self._destroyed:
            some = ", ".join(self._destroyed[:5]) + (" …" if len(self._destroyed) > 5 else "")
            self.notes.insert(
                0,
                f"Excel destroyed {len(self._destroyed)} long number{'s' if len(self._destroyed) > 1 else ''}, "
                f"which no longer say who is who: {some}. Give the column the format Text and fill them in again.",
            )
        if sheet.guess:
            sample = next((one.name for one in self.students if not one.name.isascii()), self.students[0].name)
            self.notes.insert(
                0,
                f"The list is not UTF-8; it was read as {sheet.guess}, which gives “{sample}”. "
                "If that is not the name, save the list as CSV UTF-8.",
            )
        self.notes = [f"{self.path.name}: {note}" for note in self.notes]


def _is_person(cells: Sequence[str]) -> bool:
    """Say whether a line is that of a student: it holds an address, a number, or a name of two words with capitals."""
    named = re.compile(r"[^\W\d_]\S* [^\W\d_]\S*")
    return any(
        "@" in cell or any(sign.isdecimal() for sign in cell) or (named.fullmatch(cell) and cell.istitle())
        for cell in cells
    )


def _has_points_row(sheet: Sheet) -> bool:
    """Say whether a row gives the points of the columns, as the second or third of Canvas does."""
    return any(fold(cells[0]).startswith("points possible") for _, cells in sheet.rows[:MOST_LINES_ABOVE] if cells)


def _cell(text: str) -> str:
    """Give what a cell means: without what keeps a spreadsheet from changing it."""
    plain = visible(text)
    if formula := _FORMULA.fullmatch(plain):
        plain = visible(formula[1])
    if number := _WHOLE.fullmatch(plain):
        return number[1]
    return plain[1:] if _PROTECTED.match(plain) else plain


def _address(text: str) -> str:
    """Give the address alone: mail programs write it with the name."""
    address = _IN_BRACKETS.search(text)
    return (address[1] if address else text).removeprefix("mailto:")


def _first(known: dict[str, str], headings: Sequence[str]) -> str:
    return next((known[heading] for heading in headings if known.get(heading)), "")


def _name(known: dict[str, str], source: str) -> str:
    if source == "canvas" and known.get("student"):
        return known["student"]
    return _first(known, NAMES) or f"{_first(known, FIRST)} {_first(known, LAST)}".strip()
