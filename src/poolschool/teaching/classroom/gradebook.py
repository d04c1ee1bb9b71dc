"""The grade book: what an LMS imports, and a page to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from poolschool.course.files import csv_text, number_text, write_whole
from poolschool.teaching.classroom.page import Cell, Section, Table, Word, page
from poolschool.teaching.classroom.roster import Student

STATES = {
    "graded": "good",
    "late": "plain",
    "missing": "bad",
    "problem": "bad",
}
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


@dataclass(frozen=True)
class Column:
    """Something that is graded; `points` are the most that it gives."""

    id: str
    title: str
    points: float


@dataclass(frozen=True)
class Row:
    """One student's line. `scores` are points by column, None for what was not scored; `state` is a key of STATES."""

    student: Student
    state: str
    scores: dict[str, float | None] = field(default_factory=dict)
    note: str = ""


def write_gradebook(
    folder: Path, title: str, columns: Sequence[Column], rows: Sequence[Row], sections: Sequence[Section] = ()
) -> list[Path]:
    """Write grades.csv (as Canvas imports it), grades-moodle.csv and grades.html; give their paths.

    `sections` come below the table of the page. Raises UserMistake if the folder cannot be written.
    """
    files = {
        "grades.csv": _canvas(columns, rows),
        "grades-moodle.csv": _moodle(columns, rows),
        "grades.html": _page(title, columns, rows, sections),
    }
    for name, text in files.items():
        write_whole(folder / name, text.encode())
    return [folder / name for name in files]


def _canvas(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Give what Canvas imports; students who are not in the list have no line in Canvas's grade book and come last."""
    lines: list[list[str | float | None]] = [[*CANVAS, *(column.title for column in columns)]]
    lines.append(["    Points Possible", "", "", "", "", *(column.points for column in columns)])
    for row in rows:
        known = {name.strip().lower(): cell for name, cell in row.student.row.items()}
        ids = [known.get("id", ""), known.get("sis user id", known.get("id number", ""))]
        ids += [known.get("sis login id", row.student.key), known.get("section", "")]
        lines.append(
            [
                known.get("student", row.student.name) if "section" in known else row.student.name,
                *ids,
                *_scores(row, columns),
            ]
        )
    return csv_text(lines)


def _moodle(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Give what Moodle's grade import maps: by ID number, e-mail address or user name, with a note as feedback."""
    header = ["Username", "ID number", "Email address", "Full name", *(column.title for column in columns), "Feedback"]
    lines: list[list[str | float | None]] = [list(header)]
    for row in rows:
        known = {name.strip().lower(): cell for name, cell in row.student.row.items()}
        number = known.get("id number", known.get("id-nummer", known.get("matrikelnummer", "")))
        name = known.get("username", known.get("anmeldename", row.student.key))
        lines.append([name, number, row.student.email, row.student.name, *_scores(row, columns), _told(row)])
    return csv_text(lines)


def _scores(row: Row, columns: Sequence[Column]) -> list[float | None]:
    return [row.scores.get(column.id) for column in columns]


def _told(row: Row) -> str:
    return "" if row.state == "graded" and not row.note else f"{row.state}. {row.note}".strip()


def _page(title: str, columns: Sequence[Column], rows: Sequence[Row], sections: Sequence[Section]) -> str:
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
    return page(title, words, [Section("Grades", (), [Table("Grades", header, body)]), *sections])
