"""Lists of students of any shape: everybody once, or a fault with its line. Milliseconds an example."""

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from fuzzing import FUZZED
from hypothesis import given
from hypothesis import strategies as st

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.teaching.classroom.identity import fold
from poolschool.teaching.classroom.lms_names import is_left_behind
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster
from poolschool.teaching.classroom.submissions import find_submissions

pytestmark = pytest.mark.timeout(400)  # in CI; see fuzzing.py
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
CELLS = st.one_of(
    st.text(SIGNS, max_size=12),
    st.sampled_from(
        ["Ada Lovelace", "007", "1.2E+11", "x@y.example", "=1+1", '"', 'a"b', "a\nb", "\u200b", "\ufeff", "12", "+a"]
    ),
    st.sampled_from(
        ["Müller, Jürgen", "Нодира", "Zoe\u0308", '="007"', "Student, Test", "Points Possible", "'=x", "#####"]
    ),
)
HEADS = [
    "student",
    "name",
    "email",
    "id",
    "Vorname",
    "Nachname",
    "Matrikelnummer",
    "SIS User ID",
    "SIS Login ID",
    "Section",
    "note",
]
TABLES = st.lists(st.sampled_from(HEADS), min_size=1, max_size=6, unique=True).flatmap(
    lambda heads: st.tuples(
        st.just(heads), st.lists(st.lists(CELLS, min_size=len(heads), max_size=len(heads)), max_size=6)
    )
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1251", "utf-32"])
SEPARATORS = st.sampled_from([",", ";", "\t", "|"])


def written(rows: list[list[str]], separator: str, end: str) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def read(path: Path, data: bytes) -> tuple[Roster | None, str]:
    """Read a list, or give what is wrong with it."""
    path.write_bytes(data)
    try:
        return load_roster(path), ""
    except (CourseFault, UserMistake) as caught:
        return None, str(caught)


@given(TABLES, SEPARATORS, st.sampled_from(["\n", "\r\n", "\r"]), ENCODINGS, st.binary(max_size=3), st.integers(0, 300))
@FUZZED
def test_any_list(
    tmp_path: Path,
    table: tuple[list[str], list[list[str]]],
    separator: str,
    end: str,
    encoding: str,
    damage: bytes,
    where: int,
) -> None:
    """Any headings, cells, separators, encodings and damage: a list with no key twice, or a fault in words."""
    data = written([table[0], *table[1]], separator, end).encode(encoding, "replace")
    roster, words = read(tmp_path / "list.csv", data[:where] + damage + data[where + len(damage) :])
    words.encode()
    assert "Error" not in words.replace(str(tmp_path), "")
    if roster is None:
        assert "list.csv" in words
        return
    keys = [fold(student.key) for student in roster.students]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    for student in roster.students:
        assert student in roster.candidates(student.key)
        assert student in roster.candidates_in([student.key, "-"]) or not fold(student.key).strip(
            "_ -.,;:()[]{}+@&'!~#=/\\"
        )
        assert not {sign for sign in student.name if unicodedata.category(sign) == "Cc"}
    " ".join(roster.notes).encode()


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=10), min_size=1, max_size=8
    ),
    SEPARATORS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["", "sep=", "Kurs\n\n"]),
    st.booleans(),
)
@FUZZED
def test_a_sound_list_loses_nobody(
    tmp_path: Path, names: list[str], separator: str, encoding: str, top: str, quoted: bool
) -> None:
    """However a sound list is written, everybody is in it once and in its order, and found by number and address."""
    rows = [
        [f"{number:04}", f"u{number}@x.example", f"{name} {separator} Nr {number}"] for number, name in enumerate(names)
    ]
    out = io.StringIO()
    out.write(f"sep={separator}\n" if top == "sep=" else top)
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, quoting=style).writerows([["student", "E-Mail", "Name"], *rows])
    roster, words = read(tmp_path / "list.csv", out.getvalue().encode(encoding))
    assert roster is not None, words
    assert [student.key for student in roster.students] == [row[0] for row in rows]
    for student, row in zip(roster.students, rows, strict=True):
        assert roster.find(row[0]) is roster.find(row[1].upper()) is student
        assert roster.find_in(Path(f"{row[1]}_res.json")) is student


FOLDERS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=30),
    st.sampled_from(
        ["Ada Lovelace_12_assignsubmission_file_", "lovelaceada_12_13_l01.py", "ada", "ADA", "102", "a@x.example"]
    ),
    st.sampled_from(
        ["M\udcfcller", "\udcff", "x.zip", "Ada Byron", "-", " ", "\x1b[2J", "...", "con", "a" * 200, "\u202eada"]
    ),
)


@given(st.lists(FOLDERS, min_size=1, max_size=6, unique=True), st.booleans())
@FUZZED
def test_any_folder_of_submissions(tmp_path_factory: pytest.TempPathFactory, names: list[str], listed: bool) -> None:
    """Any names of folders: each is somebody's once, and no key stands twice."""
    folder = tmp_path_factory.getbasetemp() / "any"
    for old in folder.glob("*/*"):
        old.unlink()
    (folder / "in").mkdir(parents=True, exist_ok=True)
    placed = []
    for name in names:
        try:
            (folder / "in" / name).touch()
            placed.append(name)
        except OSError:
            continue
    placed = [name for name in placed if not name.startswith(".") and not is_left_behind(name)]
    (folder / "list").mkdir(exist_ok=True)
    text = "login,name,email,id number\nada,Ada Lovelace,a@x.example,101\nbyron,Ada Byron,,102\nother,Ada Byron,,12\n"
    (folder / "list/list.csv").write_text(text, encoding="utf-8")
    if not placed:
        return
    submissions = find_submissions(folder / "in", load_roster(folder / "list/list.csv") if listed else None)
    assert sorted(path.name for one in submissions for path in one.places) == sorted(placed)
    keys = [fold(one.student.key) for one in submissions]
    assert len(set(keys)) == len(keys)
