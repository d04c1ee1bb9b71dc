"""What LMSs do with the grade book: nobody's points go to somebody else, and no stranger keeps a class from being imported.

Rules of the importers: Canvas's lib/gradebook_importer.rb looks for a student by `ID`, `SIS User ID`, `SIS Login ID`, then by
name, and ignores columns that are called like its totals; Moodle's grade import refuses a file with one unknown line.
"""

import csv
from pathlib import Path

import pytest

from poolschool.course.files import FileSet
from poolschool.teaching.classroom.gradebook import Column, Row, add_gradebook
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Student


def book(
    folder: Path, text: str = "", strangers: tuple[Student, ...] = (), title: str = "Pools"
) -> tuple[dict[str, list[dict[str, str]]], str]:
    """Write a grade book for everybody in a list and some strangers; give its lines by file, and the notes."""
    students = ()
    if text:
        (folder / "list.csv").write_text(text, encoding="utf-8")
        students = load_roster(folder / "list.csv").students
    rows = [Row(student, "graded", {"total": 1.0}) for student in students]
    rows += [Row(student, "problem", {"total": 2.0}, in_list=not text) for student in strangers]
    with FileSet(folder / "out") as files:
        notes = add_gradebook(files, title, [Column("total", title, 5)], rows)
    tables = {
        path.name: list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        for path in files.places
        if path.suffix == ".csv"
    }
    return tables, " ".join(notes)


def test_canvas_id_is_canvas_own(tmp_path: Path) -> None:
    """An own list's `id` never stands under Canvas's `ID`, by which Canvas would give the points to a stranger."""
    tables, _ = book(tmp_path, "login,name,id\nada,Ada L.,4711\nbob,Bob K.,102\n")
    points, ada, bob = tables["grades.csv"]
    assert [line["ID"] for line in (points, ada, bob)] == ["", "", ""]
    assert [line["SIS User ID"] for line in (ada, bob)] == ["", ""]
    assert [line["SIS Login ID"] for line in (ada, bob)] == ["ada", "bob"]


def test_what_excel_destroyed_in_canvas_export_is_left_out(tmp_path: Path) -> None:
    """Canvas would read 1.0E+13 as its student 1."""
    tables, _ = book(tmp_path, 'Student,ID,SIS User ID,SIS Login ID,Section\n"A, B",1.07E+13,s1,ab,S\n')
    assert [tables["grades.csv"][1][name] for name in ("ID", "SIS User ID", "SIS Login ID")] == ["", "s1", "ab"]


def test_an_address_is_no_user_name(tmp_path: Path) -> None:
    """Moodle's `Username` holds logins, e-mail addresses stand under `Email address`."""
    tables, notes = book(tmp_path, "student,name\nada@x.example,Ada\nbob,Bob\n")
    ada, bob = tables["grades-moodle.csv"]
    assert (ada["Username"], ada["Email address"]) == ("", "ada@x.example")
    assert (bob["Username"], bob["Email address"]) == ("bob", "")
    assert "Moodle refuses grades-moodle.csv as it is" in notes
    assert "Moodle finds everybody of grades-moodle.csv by “Username”" in book(tmp_path, "login,name\nada,Ada\n")[1]


def test_strangers_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    """Moodle refuses a file with a stranger, and Canvas looks for a namesake: neither gets one."""
    tables, _ = book(tmp_path, "login,name\nada,Ada\n", (Student("eve", "Bob"),))
    assert [line["Username"] for line in tables["grades-moodle.csv"]] == ["ada"]
    assert [line["Student"] for line in tables["grades.csv"]] == ["    Points Possible", "Ada"]
    assert tables["grades-unknown.csv"] == [{"Known as": "eve", "Name": "Bob", "Pools": "2", "Why": "problem."}]
    tables, _ = book(tmp_path, "login,name\nada,Ada\n")
    assert tables["grades-unknown.csv"] == []


def test_what_two_people_share_goes_into_no_lms(tmp_path: Path) -> None:
    """An address that fits two people would give both their points to one of them."""
    tables, _ = book(tmp_path, "login,email,name\nada1,a@x.example,Ada\nada2,A@x.example,Ida\n")
    assert [line["Email address"] for line in tables["grades-moodle.csv"]] == ["", ""]
    assert [line["Username"] for line in tables["grades-moodle.csv"]] == ["ada1", "ada2"]


@pytest.mark.parametrize("login", ["+ada", "-ada", "@ada", "+49151"])
def test_logins_that_begin_with_a_sign(tmp_path: Path, login: str) -> None:
    """What an LMS finds students by is left as it is; the name beside it is not."""
    tables, _ = book(tmp_path, f"login,name\n{login},{login}\n")
    assert tables["grades-moodle.csv"][0]["Username"] == tables["grades.csv"][1]["SIS Login ID"] == login
    assert tables["grades-moodle.csv"][0]["Full name"] == f"'{login}"


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("Final quiz", "“Final …”"),
        ("The Final Score of all", "“Final …”"),
        ("Override Grade", "totals of its own"),
        ("Pools (3)", "an assignment of its own"),
        ("Finally", ""),
    ],
)
def test_titles_that_canvas_ignores_are_said(tmp_path: Path, title: str, says: str) -> None:
    """A title that Canvas takes for a total, or for the number of an assignment, is named."""
    notes = book(tmp_path, "login,name\nada,Ada\n", title=title)[1]
    assert says in notes
    assert ("Canvas" in notes) is bool(says)


def test_excel_and_canvas_read_the_same_file(tmp_path: Path) -> None:
    """The byte order mark comes first, and the first heading is not quoted: Canvas looks for Student in it."""
    book(tmp_path, "login,name\nada,Zoë\n")
    assert (tmp_path / "out/grades.csv").read_bytes().startswith(b"\xef\xbb\xbfStudent,ID,")
    assert (tmp_path / "out/grades-moodle.csv").read_bytes().startswith(b"\xef\xbb\xbfUsername,")


def test_a_page_shows_what_a_student_wrote_as_text(tmp_path: Path) -> None:
    """Half pairs and markup in a name neither break the page nor the files."""
    book(tmp_path, strangers=(Student("<b>\udcfc", "<script>\ud800"),))
    page = (tmp_path / "out/grades.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "\\ud800" in page
