"""Lists of students that cannot be read for sure: names come out as names, or the list is refused with a way out."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault
from poolschool.teaching.classroom.roster import load_roster

POLISH = "student;name\nzolw;Łukasz Żółw\nbob;Bob Kahn\n"
CZECH = "student;name\na;Žaneta Růžičková\nb;Jiří Šťastný\n"
ASIAN = {
    "山田太郎": ("shift_jis", "euc_jp"),
    "王小明": ("gb18030", "big5"),
    "김철수": ("euc_kr",),
}


@pytest.mark.parametrize("text", [POLISH, CZECH, POLISH.replace(";", ",")])
def test_central_european_names_are_read_as_windows_writes_them(text: str, tmp_path: Path) -> None:
    """A list in cp1250 gives the letters of Polish, Czech and Slovak, and a note that says so."""
    (tmp_path / "list.csv").write_bytes(text.encode("cp1250"))
    roster = load_roster(tmp_path / "list.csv")
    assert roster.students[0].name == text.split()[1].rpartition(";")[2].rpartition(",")[2] + " " + text.split()[2]
    assert "read as cp1250" in roster.notes[0]


@pytest.mark.parametrize(("name", "encoding"), [(name, one) for name, several in ASIAN.items() for one in several])
def test_an_east_asian_list_is_refused_with_a_way_out(name: str, encoding: str, tmp_path: Path) -> None:
    """A list in an encoding of East Asia is not read as letters without sense; in UTF-8 and UTF-16 it is read."""
    path, text = tmp_path / "list.csv", f"student,name\na1,{name}\na2,{name}\n"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(CourseFault, match=r"The encoding of this list is not known\. Save it as UTF-8: in Excel"):
        load_roster(path)
    for known in ("utf-8", "utf-16-le", "utf-16"):
        path.write_bytes(text.encode(known))
        assert load_roster(path).students[0].name == name


def test_zeros_in_a_list_are_refused(tmp_path: Path) -> None:
    """A list with NUL in it is no list in UTF-8 and none in UTF-16."""
    for content in (b"student,name\na1,\0\0Ada\nx,y\n", b"\0" * 50):
        (tmp_path / "list.csv").write_bytes(content)
        with pytest.raises(CourseFault, match="The encoding of this list is not known"):
            load_roster(tmp_path / "list.csv")


@pytest.mark.parametrize("first", ["ada,Ada Lovelace", "4021,ada", "ada@example.org,Ada"])
def test_a_list_without_a_header_is_said_to_have_none(first: str, tmp_path: Path) -> None:
    """A first line that is a student's is named as the header that is missing."""
    (tmp_path / "list.csv").write_text(f"{first}\nbob,Bob Kahn\n", encoding="utf-8")
    with pytest.raises(CourseFault, match=r"list\.csv:1: The list has no header"):
        load_roster(tmp_path / "list.csv")
