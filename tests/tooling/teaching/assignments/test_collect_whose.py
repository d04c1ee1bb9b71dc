"""Collecting: whose a file is must be said alike by itself, its name and its folder; else the instructor decides."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from class_of_students import BANK, DUE, Collected, as_bytes, assignment, handed_in

from poolschool.course.faults import UserMistake
from poolschool.teaching.assignments.collect import collect
from poolschool.teaching.assignments.result_files import find_results
from poolschool.teaching.assignments.results import Collection

ASKED = assignment(BANK, ("leaks.the_cure",), variants="shared")
ROSTER = """\
student,name,number,email
ada,Ada Lovelace,101,ada@x.example
bob,Bob Kahn,102,bob@x.example
nk,Nodira Kay,103,office@x.example
li,Li Chen,104,office@x.example
"""


def collected(folder: Path, files: dict[str, Any], roster: str = ROSTER, **how: Any) -> Collected:
    """Collect some files of a class."""
    return Collected(folder, ASKED, BANK, files, roster.replace("number", "id number"), **how)


def paper(student: str, *, points: int = 1, hours: int = 1, **changes: Any) -> bytes:
    """Write a sound result file: right if it is to get its point, handed in so many hours before the due date."""
    when = DUE - timedelta(hours=hours)
    content = handed_in(ASKED, BANK, "anybody", skill=points, seed=2, when=when, student=student, **changes)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "where",
    ["bobkahn/bob@x.example_res.json", "Bob Kahn_7_assignsubmission_file_/x.json", "bobkahn_5_6_x.json", "102.json"],
)
def test_a_file_that_claims_to_be_anothers(tmp_path: Path, where: str) -> None:
    """It replaces nothing and gives nobody points; both whom it concerns are named with both claims."""
    own = paper("ada", points=1, hours=20)
    found = collected(tmp_path, {"adalovelace_1_2_res.json": own, where: paper("ada", points=0, hours=1)})
    assert found.points("ada") == "1"
    assert found.points("bob") == ""
    assert found.state("bob") == "problem"
    claim = found.report(where)
    assert claim["outcome"] == "problem"
    assert "“ada”" in claim["why"]
    assert "Bob Kahn (bob)" in claim["why"]
    assert "Decide whose it is." in claim["why"]


def test_a_name_and_a_number_that_disagree(tmp_path: Path) -> None:
    """A mistyped number that is a classmate's gives the classmate nothing."""
    found = collected(tmp_path, {"x.json": paper("102", name="Ada Lovelace")})
    assert found.points("ada") == found.points("bob") == ""
    assert "its name is “Ada Lovelace”" in found.report("x.json")["why"]
    assert collected(tmp_path / "2", {"x.json": paper("101", name="Ada Lovelace")}).points("ada") == "1"


def test_an_address_of_two_people(tmp_path: Path) -> None:
    """An address that two have gives neither a point, unless the LMS's folder says whose it is."""
    found = collected(tmp_path, {"x.json": paper("OFFICE@x.example")})
    assert found.points("nk") == found.points("li") == ""
    assert "fits Nodira Kay (nk), line 4 and Li Chen (li), line 5" in found.report("x.json")["why"]
    assert "“office@x.example” fits" in found.said
    found = collected(tmp_path / "2", {"Li Chen_9_assignsubmission_file_/x.json": paper("office@x.example")})
    assert found.points("li") == "1"


@pytest.mark.parametrize(
    "student", ["A\u200bDA ", "ada@X.example", "ada lovelace", "101", "Lovelace, Ada", "\ufeffada"]
)
def test_many_ways_to_write_who_one_is(tmp_path: Path, student: str) -> None:
    """Login, address, number and name find their student, whatever the case and the signs that nobody sees."""
    assert collected(tmp_path, {"x.json": paper(student)}).points("ada") == "1"


class Unflagged(zipfile.ZipInfo):
    """An entry whose name is in an encoding that the zip does not tell."""

    __slots__ = ("encoding",)

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's name
        return self.filename.encode(self.encoding), 0


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp1252", "cp850"])
@pytest.mark.parametrize("name", ["Max Müller", "Änne Groß", "Zoé Núñez"])
def test_names_in_zips_of_any_system(tmp_path: Path, encoding: str, name: str) -> None:
    """What macOS and Windows write into a zip without saying how is read by its letters."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = Unflagged(f"{name}_2_assignsubmission_file_/x.json")
        entry.encoding = encoding
        archive.writestr(entry, paper("somebody"))
    found = collected(tmp_path, {"class.zip": content.getvalue()}, f"student,name\nm,{name}\n")
    assert found.points("m") == "1"


@pytest.mark.parametrize("where", ["pools week 5.json", "week 102/x.json"])
def test_the_number_of_a_week_is_nobodys(tmp_path: Path, where: str) -> None:
    """A short number among other words speaks against nobody."""
    assert collected(tmp_path, {where: paper("ada")}).points("ada") == "1"


def test_the_instructors_own_folder_names_nobody(tmp_path: Path) -> None:
    """A place that is called like a student says nothing of what lies in it."""
    assert collected(tmp_path / "bob" / "ada", {"x.json": paper("ada")}).points("ada") == "1"


def test_without_a_list_two_uploaders_are_not_one_student(tmp_path: Path) -> None:
    """Two files of one name, handed in by two people: the one who is called so counts, the other is shown."""
    files = {"ada_1_2_res.json": paper("ada", points=1, hours=9), "bobkahn_3_4_res.json": paper("ada", points=0)}
    found = collected(tmp_path, files, "")
    assert found.points("ada") == "1"
    assert "Several people handed in a file" in found.report("bobkahn_3_4_res.json")["why"]
    found = collected(tmp_path / "2", {f"x{name}": data for name, data in files.items()}, "")
    assert found.points("ada") == ""
    assert found.state("ada") == "problem"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def nested(deep: int, data: bytes) -> bytes:
    """Put a file into so many zips."""
    for _ in range(deep):
        data = zipped({"x.zip" if data.startswith(b"PK") else "x.json": data})
    return data


GOOD = paper("ada")


def odd_files() -> dict[str, bytes]:
    """Give a file for each kind of damage."""
    return {
        "empty.json": b"",
        "latin-1.txt": "Grüße".encode("latin-1"),
        "noise.bin": bytes(range(256)) * 10,
        "deep.json": b'{"schema":"poolschool/handed_in/v1","paper":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "number.json": as_bytes(handed_in(ASKED, BANK, "bob")).replace(b'"seconds": ', b'"seconds": ' + b"9" * 4000),
        "past.json": paper("bob", handed_in="0001-01-01T00:00:00+14:00"),
        "future.json": paper("bob", handed_in="9999-12-31T23:59:59-14:00"),
        "escapes.json": paper("\x1b[31mbob\x9b2J\u202e", name="<script>\x1b]0;x\x07"),
        "half.json": paper("bob\ud800", name="\udfff"),
        "nobody.json": paper(" \u200b"),
        "floats.json": GOOD.replace(b'"seconds": ', b'"seconds": 1e999, "x": '),
        "answers.json": GOOD.replace(b'"answer": ', b'"answer": ' + b"7" * 3000 + b', "y": ', 1),
        "utf-16.json": GOOD.decode().encode("utf-16"),
        "mark.json": b"\xef\xbb\xbf" + GOOD,
        "M\udcfcller/r\udce9sultat.json": paper("bob"),
        "x" * 200 + ".json": b"{",
        "no.zip": b"PK\x03\x04 nothing",
        "none.zip": zipped({}),
        "slips.zip": zipped({"../../../etc/passwd": b"x", "/abs.json": b"y", "C:\\x\\y.json": b"z"}),
        "deep.zip": nested(6, GOOD),
        "two.zip": nested(2, GOOD),
        "bzip2.zip": zipped({"x.json": b"0" * 50_000_000}, zipfile.ZIP_BZIP2),
        "bomb.zip": zipped({f"{number}.json": b"0" * 1_000_000 for number in range(30)}),
        "large.zip": zipped({"x.json": b" " * 50_000_000}),
    }


def test_whatever_one_hands_in_the_others_get_their_points(tmp_path: Path) -> None:
    """Thirty kinds of damage beside a sound file: it counts, each file stands in the report, no escape goes anywhere."""
    sound = {"Li Chen_4_assignsubmission_file_/li.json": paper("li")}
    odd = odd_files()
    found = collected(tmp_path, odd | sound, links={"link.json": "/etc/passwd", "loop": "."}, fifos=["pipe.json"])
    assert found.points("li") == "1"
    assert not {"\x1b", "\x9b", "\u202e"} & set(found.said)
    files = [Path(row["file"]) for row in found.tables["report.csv"]]
    for name in (*odd, *sound, "link.json", "loop", "pipe.json"):
        readable = name.encode("utf-8", "backslashreplace").decode()
        assert any(readable.split("/")[-1][:90] in str(file) for file in files), name
    outcomes = {row["outcome"] for row in found.tables["report.csv"] if "number.json" in row["file"]}
    assert outcomes == {"problem"}
    for path in (tmp_path / "out").iterdir():
        text = path.read_text(encoding="utf-8-sig")
        assert not {"\x1b", "\x9b", "\x07"} & set(text), path
        assert "<script>\\x1b" not in text or path.suffix == ".csv"


def test_memory_stays_flat(tmp_path: Path) -> None:
    """A zip of a megabyte that unpacks to a gigabyte costs a few megabytes, and is not unpacked to its end."""
    block, sound = b"0" * 1_000_000, GOOD + b" " * 900_000
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(250):
            archive.writestr(f"{number}.json", sound if number % 10 == 0 else block)
    collection = Collection(ASKED, BANK, None)
    tracemalloc.start()
    results = [collection.take(file) for file in find_results((tmp_path,))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
    assert len(results) < 250
    assert "were not read: it is too large" in results[-1].reason


def test_nothing_is_written_if_one_file_cannot_be(tmp_path: Path) -> None:
    """A folder in the place of one of the files: the grade book is what it was before."""
    (tmp_path / "out/analysis.html").mkdir(parents=True)
    (tmp_path / "out/grades.csv").write_text("before")
    with pytest.raises(UserMistake, match="Nothing was changed"):
        collected(tmp_path, {"x.json": paper("ada")})
    assert (tmp_path / "out/grades.csv").read_text() == "before"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["analysis.html", "grades.csv"]


def test_what_an_earlier_run_wrote_is_not_handed_in(tmp_path: Path) -> None:
    """A grade book that lies among the results is left out when they are collected again."""
    it = collected(tmp_path, {"x.json": paper("ada")})
    again = tmp_path / "out"
    assert collect((tmp_path,), tmp_path / "assignment.toml", tmp_path / "roster.csv", again) == 0
    with (again / "report.csv").open(encoding="utf-8-sig") as file:
        names = {Path(line["file"]).name for line in csv.DictReader(file)}
    assert names == {"x.json", "assignment.toml", "roster.csv"}
    assert it.points("ada") == "1"


def test_a_list_is_read_by_the_csv_that_was_written(tmp_path: Path) -> None:
    """The grade book for Moodle is itself a list of the class."""
    found = collected(tmp_path, {"x.json": paper("ada")})
    text = (tmp_path / "out/grades-moodle.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 4
    assert found.state("bob") == "missing"
