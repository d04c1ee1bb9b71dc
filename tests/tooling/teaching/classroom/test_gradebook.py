"""The grade book: what LMSs import, and a page in which everything is text."""

import csv
from pathlib import Path

import pytest

from poolschool.course.faults import UserMistake
from poolschool.course.files import FileSet, csv_text
from poolschool.teaching.classroom.gradebook import Column, Row, add_gradebook
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Student

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section
"Lovelace, Ada",77,s001,ada,Monday
"Hopper, Grace",78,s002,grace,Monday
"""


def book(folder: Path, rows: list[Row]) -> dict[str, str]:
    """Write a grade book of one column and read its files."""
    with FileSet(folder / "graded") as files:
        add_gradebook(files, "Pools <3", [Column("total", "Pools & co", 12)], rows)
    return {path.name: path.read_text(encoding="utf-8-sig") for path in files.places}


def test_canvas_gets_its_columns_back(tmp_path: Path) -> None:
    """The file for Canvas has the ids it came with, the line of points, and a score or nothing per student."""
    (tmp_path / "roster.csv").write_text(CANVAS, encoding="utf-8")
    ada, grace = load_roster(tmp_path / "roster.csv").students
    files = book(tmp_path, [Row(ada, "graded", {"total": 10.5}), Row(grace, "missing", {"total": None})])
    lines = list(csv.reader(files["grades.csv"].splitlines()))
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Pools & co"],
        ["    Points Possible", "", "", "", "", "12"],
        ["Lovelace, Ada", "77", "s001", "ada", "Monday", "10.5"],
        ["Hopper, Grace", "78", "s002", "grace", "Monday", ""],
    ]


def test_moodle_gets_what_it_maps_by(tmp_path: Path) -> None:
    """The file for Moodle names user, number and address, and carries the note as feedback."""
    (tmp_path / "roster.csv").write_text("First name,Surname,ID number,Email address\nAda,Lovelace,s1,ada@x.example\n")
    (ada,) = load_roster(tmp_path / "roster.csv").students
    files = book(tmp_path, [Row(ada, "late", {"total": 3.0}, "a day")])
    (line,) = csv.DictReader(files["grades-moodle.csv"].splitlines())
    assert line["ID number"] == "s1"
    assert line["Email address"] == "ada@x.example"
    assert line["Pools & co"] == "3"
    assert line["Feedback"] == "late. a day"


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2+3", "@cmd", "\tx"])
def test_a_name_is_never_a_formula(tmp_path: Path, name: str) -> None:
    """What a spreadsheet would compute stands behind an apostrophe; negative numbers stay numbers."""
    files = book(tmp_path, [Row(Student("x", name), "graded", {"total": -1.0})])
    cells = [
        cell
        for file in ("grades.csv", "grades-moodle.csv")
        for line in csv.reader(files[file].splitlines())
        for cell in line
    ]
    assert name not in cells
    assert f"'{name}" in cells
    assert "-1" in cells
    assert csv_text([["a", 0.25, None]]) == "a,0.25,\n"


def test_the_page_shows_text_as_text(tmp_path: Path) -> None:
    """Names, titles and notes are escaped; the page is whole by itself and names each state in words."""
    evil = "<script>alert(1)</script>"
    page = book(tmp_path, [Row(Student("x", evil), "problem", {"total": None}, evil)])["grades.html"]
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Pools &lt;3" in page
    assert ">problem<" in page
    assert "http" not in page


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where a file stands in the way of the folder, that is said and nothing breaks."""
    (tmp_path / "graded").write_text("in the way")
    with pytest.raises(UserMistake, match="cannot be written"):
        book(tmp_path, [])
