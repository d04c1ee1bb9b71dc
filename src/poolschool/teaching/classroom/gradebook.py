"""The grade book: what an LMS imports, and a page to look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from poolschool.course.files import Cells, FileSet, csv_file, number_text
from poolschool.teaching.classroom.identity import fold
from poolschool.teaching.classroom.page import Cell, Section, Table, Word, page
from poolschool.teaching.classroom.students import Student

STATES = {
    "graded": "good",
    "late": "plain",
    "missing": "bad",
    "problem": "bad",
}
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Username", "ID number", "Email address")
UNKNOWN = "grades-unknown.csv"
# Titles that Canvas takes for totals of its own and ignores, by its importer; and those that begin like them.
_CANVAS_TOTALS = re.compile(r"\b(?:final|current|override)\b", re.IGNORECASE)
_CANVAS_COLUMN = re.compile(r".*\s\(\d+\)")


@dataclass(frozen=True)
class Column:
    """Something that is graded; `points` are the most that it gives."""

    id: str
    title: str
    points: float


@dataclass(frozen=True)
class Row:
    """One student's line. `scores` are points by column, None for what was not scored; `state` is a key of STATES.

    `in_list` says whether the list of students has them; without a list everybody is known.
    """

    student: Student
    state: str
    scores: dict[str, float | None] = field(default_factory=dict)
    note: str = ""
    in_list: bool = True


def add_gradebook(
    files: FileSet, title: str, columns: Sequence[Column], rows: Sequence[Row], sections: Sequence[Section] = ()
) -> list[str]:
    """Add grades.csv (as Canvas imports it), grades-moodle.csv and grades.html to the files of a run; give notes on them.

    Those whom the list does not know go into a file of their own: Moodle refuses a whole file for one stranger, and Canvas
    looks for another student by name. `sections` come below the table of the page.
    """
    known = [row for row in rows if row.in_list]
    unknown = [row for row in rows if not row.in_list]
    files.write("grades.csv", csv_file(_canvas(columns, known), identifiers=range(1, 5)))
    moodle = _moodle(columns, known)
    files.write("grades-moodle.csv", csv_file(moodle, identifiers=range(3)))
    files.write("grades.html", page(*_page(title, columns, rows, sections)).encode("utf-8", "backslashreplace"))
    if unknown or (files.folder / UNKNOWN).exists():
        files.write(UNKNOWN, csv_file(_unknown(columns, unknown)))
    return [*_canvas_notes(columns), *_moodle_notes(moodle)]


def _canvas(columns: Sequence[Column], rows: Sequence[Row]) -> list[Cells]:
    """Give what Canvas imports. It looks for a student by its own `ID` first, so only its own export may fill that."""
    lines: list[Cells] = [[*CANVAS, *(column.title for column in columns)]]
    lines.append(["    Points Possible", "", "", "", "", *(column.points for column in columns)])
    shared = _shared_ids(rows)
    for row in rows:
        student = row.student
        line = {fold(title): cell for title, cell in student.row.items()}
        if "sis user id" in line or "sis login id" in line:  # Canvas's own
            sis = [student.number, student.login]
            who = [line.get("student", student.name), student.lms_id, *sis, line.get("section", "")]
        else:
            login = student.login or student.email or ("" if student.row else student.key)
            who = [student.name, "", "", "" if fold(login) in shared else login, ""]
        lines.append([*who, *_scores(row, columns)])
    return lines


def _moodle(columns: Sequence[Column], rows: Sequence[Row]) -> list[Cells]:
    """Give what Moodle's grade import maps: by user name, ID number or e-mail address, with a note as feedback."""
    lines: list[Cells] = [[*MOODLE, "Full name", *(column.title for column in columns), "Feedback"]]
    shared = _shared_ids(rows)
    for row in rows:
        student = row.student
        # Without a list all that is known is what they call themselves.
        login = student.login or ("" if student.row else student.key)
        email = student.email or (login if "@" in login else "")
        who = ["" if "@" in login.lstrip("@") else login, student.number, email]
        who = ["" if fold(text) in shared else text for text in who]
        lines.append([*who, student.name, *_scores(row, columns), _remark(row)])
    return lines


def _unknown(columns: Sequence[Column], rows: Sequence[Row]) -> list[Cells]:
    header = ["Known as", "Name", *(column.title for column in columns), "Why"]
    return [header, *([row.student.key, row.student.name, *_scores(row, columns), _remark(row)] for row in rows)]


def _shared_ids(rows: Sequence[Row]) -> set[str]:
    """Give the identifiers that fit two people: an LMS would give both their points to one of them."""
    holders: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        student = row.student
        for text in (*student.ids, student.key, student.login, student.number, student.email):
            holders.setdefault(fold(text), set()).add(number)
    return {text for text, numbers in holders.items() if len(numbers) > 1}


def _canvas_notes(columns: Sequence[Column]) -> list[str]:
    notes = []
    for column in columns:
        if _CANVAS_TOTALS.search(column.title):
            notes.append(
                f"Canvas takes titles like “Final …” or “Current …” for totals of its own and ignores them: "
                f"give “{column.title}” another title if you import into Canvas."
            )
        if _CANVAS_COLUMN.fullmatch(column.title):
            notes.append(
                f"Canvas reads the number in brackets at the end of “{column.title}” as that of an assignment of its own: "
                "give it another title if you import into Canvas."
            )
    return notes


def _moodle_notes(lines: Sequence[Cells]) -> list[str]:
    """Say by which column Moodle finds everybody: it refuses a file in which one line has nothing there."""
    many = len(lines) - 1
    if not many:
        return []
    lacking = {title: sum(not line[at] for line in lines[1:]) for at, title in enumerate(MOODLE)}
    whole = [f"“{title}”" for title, count in lacking.items() if not count]
    if whole:
        return [f"Moodle finds everybody of grades-moodle.csv by {' or '.join(whole)}: map that column."]
    best = min(lacking, key=lambda title: lacking[title])
    gaps = f"“{best}” is empty for {lacking[best]} of {many}; fill it in, or remove these lines."
    return [f"Moodle refuses grades-moodle.csv as it is: no column names everybody. {gaps}"]


def _scores(row: Row, columns: Sequence[Column]) -> list[float | None]:
    return [row.scores.get(column.id) for column in columns]


def _remark(row: Row) -> str:
    return "" if row.state == "graded" and not row.note else f"{row.state}. {row.note}".strip()


def _page(
    title: str, columns: Sequence[Column], rows: Sequence[Row], sections: Sequence[Section]
) -> tuple[str, list[str], list[Section]]:
    """Give title, words and sections of the page."""
    total = sum(column.points for column in columns)
    counts = {state: sum(row.state == state for row in rows) for state in STATES}
    summary = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "nobody"
    scored = [
        sum(score or 0 for score in row.scores.values())
        for row in rows
        if any(v is not None for v in row.scores.values())
    ]
    words = [f"{len(rows)} students: {summary}. {number_text(total)} points can be had."]
    if scored:
        words.append(f"Mean of those who were scored: {number_text(sum(scored) / len(scored))} points.")
    header = [
        "Student",
        "Key",
        "State",
        *(f"{column.title} ({number_text(column.points)})" for column in columns),
        "Note",
    ]
    body: list[list[Cell]] = [
        [row.student.name, row.student.key, Word(row.state, STATES[row.state]), *_scores(row, columns), row.note]
        for row in rows
    ]
    return title, words, [Section("Grades", (), [Table("Grades", header, body)]), *sections]
