"""Lists of students: from Canvas, from Moodle, of one's own; what is wrong is named with its line."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.teaching.classroom.roster import load_roster

OWN = "student,name,email\nada,Ada Lovelace,ada@x.example\ngrace,Grace Hopper,grace@x.example\n"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework (12)
    Points Possible,,,,,10
"Lovelace, Ada",77,s001,ada,Monday,7
"Hopper, Grace",78,s002,grace,Monday,
"""
MOODLE = "First name\tSurname\tID number\tEmail address\nAda\tLovelace\ts001\tada@x.example\n"
GERMAN = "Vorname;Nachname;Matrikelnummer;E-Mail-Adresse\nÄnne;Müller;4711;aenne@x.example\n"


def roster(folder: Path, text: str, encoding: str = "utf-8"):
    """Read a list from a file."""
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return load_roster(path)


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    """A plain list is found by key, e-mail and name, in any case and with blanks around."""
    found = roster(tmp_path, OWN)
    assert [student.key for student in found.students] == ["ada", "grace"]
    for text in ("ada", " ADA ", "Ada@X.example", "ada lovelace"):
        assert found.find(text) is found.students[0]
    assert found.find("nobody") is None
    assert found.find("") is None


def test_canvas_grade_book(tmp_path: Path) -> None:
    """Canvas's export gives login, SIS id and Canvas's own id; its line of points is no student."""
    found = roster(tmp_path, CANVAS)
    assert [student.key for student in found.students] == ["ada", "grace"]
    assert found.find("s001") is found.find("Lovelace, Ada") is found.students[0]
    assert found.find("77") is None  # Canvas's own number counts in its own exports
    assert found.find_in(Path("hoppergrace_78_99_l01.py")) is found.students[1]
    assert found.students[0].row["Section"] == "Monday"


def test_moodle_participants(tmp_path: Path) -> None:
    """Moodle's list is separated by tabs and has the name in two columns."""
    (ada,) = roster(tmp_path, MOODLE).students
    assert (ada.key, ada.name, ada.email, ada.ids) == (
        "ada@x.example",
        "Ada Lovelace",
        "ada@x.example",
        ("ada@x.example", "s001"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_encoding_an_office_writes(tmp_path: Path, encoding: str) -> None:
    """Umlauts survive whatever wrote the file, and semicolons separate as well as commas."""
    (student,) = roster(tmp_path, GERMAN, encoding).students
    assert student.name == "Änne Müller"
    assert student.ids == ("aenne@x.example", "4711")


def test_namesakes_are_not_found_by_name(tmp_path: Path) -> None:
    """A name that two have finds neither."""
    found = roster(tmp_path, "student,name\na1,Ada Byron\na2,Ada Byron\n")
    assert found.find("Ada Byron") is None
    assert found.find("a2") is found.students[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The list is empty."),
        ("student,name\n", "The list has a header and no student."),
        ("colour,size\nred,2\n", "roster.csv:1: None of the columns tells students apart: colour, size."),
        ("student,name\nada,Ada\nADA,Augusta\n", "roster.csv:3: ADA stands here twice, as Ada (line 2) and Augusta."),
        ("student,name\n,Ada\n", "roster.csv:2: Ada has no student. Fill it in."),
    ],
)
def test_faults_have_a_line_and_a_way_out(tmp_path: Path, text: str, says: str) -> None:
    """What cannot be used is said with its line."""
    with pytest.raises(CourseFault) as caught:
        roster(tmp_path, text)
    assert says in str(caught.value)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is a user's mistake in words."""
    with pytest.raises(UserMistake, match="cannot be read: No such file"):
        load_roster(tmp_path / "nowhere.csv")
