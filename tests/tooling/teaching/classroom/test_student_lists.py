"""Lists as office programs and LMSs write them: every person once, and what is destroyed, guessed or ambiguous is named."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster


def read(folder: Path, content: str | bytes) -> Roster:
    """Read a list from a file."""
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_roster(path)


def faults(folder: Path, content: str | bytes) -> str:
    """Give what is said of a list that cannot be used."""
    with pytest.raises((CourseFault, UserMistake)) as caught:
        read(folder, content)
    return str(caught.value)


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Pools week 3 (101),Current Score,Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,8,(read only),(read only)
"Amari, Noor",11,u1,noor@example.org,S1,7,,
"Chen, Li",12,u2,li@example.org,S1,,,
"Student, Test",13,,3fa9c0ffee,S1,,,
"""


def test_rows_of_canvas_without_a_student(tmp_path: Path) -> None:
    """Points, manual posting and the test student are nobody; the others are found by login, number and name."""
    roster = read(tmp_path, CANVAS)
    assert [student.name for student in roster.students] == ["Amari, Noor", "Chen, Li"]
    assert roster.find("u1") is roster.find("noor@example.org") is roster.find("Noor Amari") is roster.students[0]
    assert "test student is left out" in " ".join(roster.notes)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("Name;Email\nНодира Каримова;n@example.org\n".encode("cp1251"), "Нодира Каримова"),
        ("Name;Email\nНодира Каримова;n@example.org\n".encode("koi8-r"), "Нодира Каримова"),
        ("Name;Email\nНодира Каримова;n@example.org\n".encode("cp866"), "Нодира Каримова"),
        ("Name;Email\nZoë Núñez;n@example.org\n".encode("cp1252"), "Zoë Núñez"),
        ("Name;Email\nJürgen Groß;n@example.org\n".encode("cp850"), "Jürgen Groß"),
        ("Name;Email\nŁukasz Wiśniewski;n@example.org\n".encode("cp1250"), "Łukasz Wiśniewski"),
        ("Name;Email\nΕλένη Παππά;n@example.org\n".encode("cp1253"), "Ελένη Παππά"),
    ],
)
def test_a_list_that_is_not_utf_8_is_read_and_said(tmp_path: Path, content: bytes, names: str) -> None:
    """The code page is guessed by the letters, and a name is shown by which the guess can be judged."""
    roster = read(tmp_path, content)
    assert roster.students[0].name == names
    assert "The list is not UTF-8; it was read as" in roster.notes[0]
    assert f"“{names}”" in roster.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_unicode_with_and_without_a_mark(tmp_path: Path, encoding: str) -> None:
    """UTF-16 without a byte order mark is known by its zero bytes, in Cyrillic too."""
    roster = read(tmp_path, "student\tname\n007\tНодира\n".encode(encoding))
    assert [(one.key, one.name) for one in roster.students] == [("007", "Нодира")]
    assert roster.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nstudent;name\nada;Ada, Countess\n",
        "sep=\t\nstudent\tname\nada\tAda, Countess\n",
        '"sep=;"\r\nstudent;name\r\nada;"Ada, Countess"\r\n',
        "student|name\nada|Ada, Countess\n",
        'student,name\rada,"Ada, Countess"\r',
        '\n\nstudent,name\n\nada,"Ada, Countess"\n\n',
        "Kurs Datenbanken;;\nStand 1.12.2026;;\nstudent;name;note\nada;Ada, Countess;\n",
        'student,name\n="ada",="Ada, Countess"\n'.replace(',="Ada, Countess"', ',"=""Ada, Countess"""'),
        'student,name,note\nada,"Ada, Countess","two\nlines"\n',
    ],
)
def test_separators_and_lines_around(tmp_path: Path, text: str) -> None:
    """Excel's `sep=` line, titles above the headings, formulas that keep text and cells of two lines are understood."""
    assert [(one.key, one.name) for one in read(tmp_path, text).students] == [("ada", "Ada, Countess")]


def test_long_numbers_that_excel_destroyed(tmp_path: Path) -> None:
    """What Excel leaves of a long number identifies nobody and is named; zeros in front stay, and may be missing."""
    roster = read(tmp_path, "student,name\n7042,Nodira\n007,Li Chen\n1.23457E+11,Bob\n1.23457E+11,Eve\n####,Zoe\n")
    assert [one.key for one in roster.students] == ["7042", "007", "Bob", "Eve", "Zoe"]
    assert "Excel destroyed 3 long numbers" in roster.notes[0]
    assert "“1.23457E+11” (Bob, line 4)" in roster.notes[0]
    assert roster.find("1.23457E+11") is None
    assert roster.find("07042") is roster.students[0]
    assert roster.find("007") is roster.find("7") is roster.students[1]
    assert "Excel destroyed it" in faults(tmp_path, "student,name\n1,2E+11,\n".replace("1,2E+11", '"1,2E+11"'))


def test_canvas_without_logins(tmp_path: Path) -> None:
    """Where Canvas shows no login, names serve, two of one name are kept apart, and its own number finds nobody."""
    head = "Student,ID,Section,Pools (9)\n    Points Possible,,,5\n"
    roster = read(tmp_path, head + '"Lovelace, Ada",77,M,\n"Li, Wei",78,M,\n"Li, Wei",79,M,\n"Student, Test",80,M,\n')
    assert [one.key for one in roster.students] == ["Lovelace, Ada", "Li, Wei", "Li, Wei (line 5)"]
    assert [one.lms_id for one in roster.students] == ["77", "78", "79"]
    assert roster.find("77") is None
    assert roster.find("Ada Lovelace") is roster.students[0]
    assert roster.find("Wei Li") is None


def test_an_own_list_with_the_columns_of_canvas(tmp_path: Path) -> None:
    """Without Canvas's row of points `student` is what they call themselves."""
    (ada,) = read(tmp_path, "student,id,section\nada,77,M\n").students
    assert (ada.key, ada.lms_id) == ("ada", "")


@pytest.mark.parametrize(
    "text",
    [
        "student,email\n12345.0,Ada Lovelace <ada@x.example>\n",
        "student,email\n12345,mailto:ada@x.example\n",
        "student,email,email\n12345,,ada@x.example\n",
        "student,email\n12345,ada@x.example\nStudent,Email\n",
        "student,email\n12345,ada＠x.example\n",
        "student,email,,\n12345,ada@x.example,,\n,,,\n",
    ],
)
def test_what_other_programs_make_of_a_cell(tmp_path: Path, text: str) -> None:
    """Numbers with a zero behind the point, addresses in brackets, headings twice and empty columns mean what they say."""
    roster = read(tmp_path, text)
    assert len(roster.students) == 1
    assert roster.find("12345") is roster.find("ada@x.example") is roster.students[0]


def test_numbers_that_differ_in_their_zeros_are_two(tmp_path: Path) -> None:
    """With 007 and 7 in the list, 7 is the second, 07 is nobody."""
    roster = read(tmp_path, "student,name\n007,James\n7,Sven\n")
    assert roster.find("7") is roster.students[1]
    assert roster.candidates("07") == roster.students
    assert roster.find("07") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('student,name\nada@x.example,"Ada Lovelace\nbob@x.example,Bob Kahn\ncem@x.example,Cem Kaya\n', 2),
        ('student,name\nada@x.example,"Ada Lovelace\nbob@x.example,Bob "the" Kahn\ncem@x.example,Cem\n', 2),
        ('student,name\nada,Ada\nbob,"Bob\ncem,"Cem Kaya"\n', 3),
        ('student,name\nada,Ada\nbob,"Bob\ncem,Cem\ndan,Dan"\neve,Eve\n', 3),
        ('student\n"ada\nbob\n', 2),
        ('student\n"ada\nbob"\n', 2),
        ('student;name\nada;"Ada" Lovelace\n', 2),
    ],
)
def test_a_quotation_mark_swallows_nobody(tmp_path: Path, text: str, line: int) -> None:
    """A mark that is not closed is named with the line where it stands."""
    words = faults(tmp_path, text)
    assert f"list.csv:{line}: " in words
    assert "quotation mark" in words or "not CSV" in words


def test_a_comma_without_quotation_marks_moves_no_cell(tmp_path: Path) -> None:
    """A row with more cells than headings is refused, before a first name is taken for an identifier."""
    assert "list.csv:2: There are 3 cells below 2 headings." in faults(tmp_path, "name,student\nLovelace, Ada,ada\n")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04xl/workbook.xml", "This is a workbook (.xlsx or .ods), and no CSV."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel workbook"),
        ("student,name\nada,Ada".encode("utf-16")[:-1], "cut off or damaged"),
        (b"<html><table><tr><td>student</td></tr></table></html>", "This is HTML or XML, and no CSV."),
        (b"\x00" * 50, "The encoding of this list is not known."),
    ],
)
def test_what_is_no_list(tmp_path: Path, data: bytes, says: str) -> None:
    """Workbooks and broken files are told apart from lists, with a way out."""
    assert says in faults(tmp_path, data)


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    """A folder in the place of a list is a mistake in words."""
    with pytest.raises(UserMistake, match="cannot be read: Is a directory"):
        load_roster(tmp_path)
    with pytest.raises(UserMistake, match="cannot be read"):
        load_roster(tmp_path / "x\0y")


SHARED = [
    ("login,email,name\nada1,ada@x.example,Ada One\nada2,ADA@x.example,Ada Two\n", "Ada@X.example"),
    ("login,name,email\nnk1,Nodira,office@x.example\nbk2,Bob,office@x.example\n", "office@x.example"),
    ("login,id number,name\na,77,Ada\nb,0,Bob\nc,77,Cem\n", "77"),
    ("student,email,name\nx@x.example,a@x.example,Ada\nb@x.example,x@x.example,Bob\n", "x@x.example"),
    ("login,id number,name\n4711,1,Ada\nb,4711,Bob\n", "4711"),
    ("login,name\nada,Bob Kahn\nbob kahn,Ada Lovelace\n", "Bob Kahn"),
    ("login,name\na,Zoë Núñez\nb,Zoë Núñez\n", "zoë núñez"),
    ("login,name,email\na,Ada,\u200bo@x.example\nb,Bob,o@x.example\xa0\n", "o@x.example"),
]


@pytest.mark.parametrize(("text", "identifier"), SHARED)
def test_what_fits_two_people_fits_nobody(tmp_path: Path, text: str, identifier: str) -> None:
    """E-mails in any case, numbers, logins and names that two people have find neither, and are named with both."""
    roster = read(tmp_path, text)
    assert roster.find(identifier) is None
    assert len(roster.candidates(identifier)) == 2
    assert "so it identifies nobody" in " ".join(roster.notes)
    for student in roster.candidates(identifier):
        assert str(student) in " ".join(roster.notes)


@pytest.mark.parametrize("known", ["Zoë Núñez", "Zoe\u0308 Nu\u0301n\u0303ez"])
@pytest.mark.parametrize(
    "written",
    ["Zoë Núñez", "Zoe\u0308 Nu\u0301n\u0303ez", "\ufeffZoë\xa0Núñez\u200b", "\u202eZoë Núñez\u202c", "Zo\xadë  NÚÑEZ"],
)
def test_unicode_forms_and_invisible_signs(tmp_path: Path, known: str, written: str) -> None:
    """Composed or not, with signs that nobody sees, on either side: the same person."""
    roster = read(tmp_path, f"student,name\n\u200b1001\u200e,{known}\n")
    assert roster.find(written) is roster.students[0]
    assert roster.students[0].key == "1001"
    assert roster.students[0].name == "Zoë Núñez"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Vorname;Nachname;Matrikelnummer;E-Mail-Adresse", "Ada;Lovelace;0815;ada@x.example"),
        ("Prénom;Nom de famille;Numéro d'identification;Adresse de courriel", "Ada;Lovelace;0815;ada@x.example"),
        ("Prénom;Nom;N° étudiant;Courriel", "Ada;Lovelace;0815;ada@x.example"),
        ("Имя;Фамилия;Индивидуальный номер;Адрес электронной почты", "Ada;Lovelace;0815;ada@x.example"),
        ("Last Name\tFirst Name\tUsername\tStudent ID\tLast Access", "Lovelace\tAda\tada@x.example\t0815\t2026"),
        ("Username,Firstname,Lastname,Id number,Email", "ada@x.example,Ada,Lovelace,0815,ada@x.example"),
    ],
)
def test_headings_of_many_languages(tmp_path: Path, header: str, row: str) -> None:
    """German, French, Russian and English headings of Moodle, Blackboard and Excel mean the same."""
    (student,) = read(tmp_path, f"{header}\n{row}\n").students
    assert (student.name, student.number) == ("Ada Lovelace", "0815")
    assert {"ada@x.example", "0815"} == set(student.ids)
