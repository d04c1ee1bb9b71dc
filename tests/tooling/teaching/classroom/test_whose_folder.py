"""Whose is a folder or a file: an LMS's own numbers count where it says so, a name outranks a number, two names are nobody's."""

import os
from pathlib import Path

import pytest

from poolschool.teaching.classroom.lms_names import lms_name
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster
from poolschool.teaching.classroom.submissions import find_submissions

OWN = """\
login,name,number,email
ada,Ada Lovelace,101,ada@x.example
a1,Ada Byron,102,byron.ada@x.example
a2,Ada Byron,103,
4021,Li Chen,104,li_chen@x.example
bob.k,Bob Kahn,105,bob@x.example
+plus,Pia Plus,106,
zoe,Zoë Núñez,107,
mueller,Jürgen Müller,108,
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section
"Lovelace, Ada",77,s001,ada,Monday
"Byron, Ada",78,s002,a1,Monday
"Byron, Ada",79,s003,a2,Monday
"Chen, Li",4021,s004,li,Monday
"""


def roster(folder: Path, text: str = OWN) -> Roster:
    """Read a list."""
    (folder / "list.csv").write_text(text.replace("number", "id number"), encoding="utf-8")
    return load_roster(folder / "list.csv")


def keys(roster: Roster, *parts: str) -> set[str]:
    """Give the keys of everybody whom some names may mean."""
    return {student.key for student in roster.candidates_in(parts)}


@pytest.mark.parametrize(
    ("parts", "meant"),
    [
        (["Ada Lovelace_4021_assignsubmission_file_"], {"ada"}),
        (["Ada Lovelace_4021_assignsubmission_file_l01_lamps.py"], {"ada"}),
        (["Ada Byron_4021_assignsubmission_file_"], {"a1", "a2"}),
        (["Ada Byron_4021_assignsubmission_file_", "pools-a2.json"], {"a2"}),
        (["Eve Nobody_4021_assignsubmission_file_"], set()),
        (["Participant_101_assignsubmission_file_"], set()),
        (["Group A-Ada Lovelace_9_assignsubmission_file_"], {"ada"}),
        (["lovelaceada_4021_102_l01_lamps.py"], {"ada"}),
        (["adalovelace_LATE_4021_102_l01_lamps.py"], {"ada"}),
        (["nobody_4021_102_l01_lamps.py"], set()),
        (["byronada_4021_102_x.py"], {"a1", "a2"}),
        (["Pools_bob.k_attempt_2026-11-20-10-00-00_l01_lamps.py"], {"bob.k"}),
        (["4021 - Ada Lovelace"], {"ada"}),
        (["Ada Lovelace (4021)"], {"ada"}),
        (["Lovelace, Ada"], {"ada"}),
        (["Lovelace_Ada.zip"], {"ada"}),
        (["ada_lovelace_pools.zip"], {"ada"}),
        (["adalovelace.zip"], {"ada"}),
        (["4021"], {"4021"}),
        (["4021.zip"], {"4021"}),
        (["0101"], {"ada"}),
        (["homework_4021"], {"4021"}),
        (["homework_104"], set()),
        (["0101 0102"], {"ada", "a1"}),
        (["101 102"], set()),
        (["byron.ada@x.example"], {"a1"}),
        (["li_chen@x.example_res.json"], {"4021"}),
        (["pools-week-3-li_chen@x.example.json"], {"4021"}),
        (["bobkahn", "bob@x.example_res.json"], {"bob.k"}),
        (["bobkahn", "ada@x.example_res.json"], {"ada", "bob.k"}),
        (["Bob Kahn", "ada.json"], {"bob.k"}),
        (["+plus"], {"+plus"}),
        (["+plus.zip"], {"+plus"}),
        (["homework +plus"], {"+plus"}),
        (["Zoe\u0308 Nu\u0301n\u0303ez_9_assignsubmission_file_"], {"zoe"}),
        (["\u202aZoë Núñez\u202c"], {"zoe"}),
        (["J\udcfcrgen M\udcfcller"], {"mueller"}),
        (["M\udcfcller"], set()),
        (["all.zip", "ada", "x.json"], {"ada"}),
        (["results", "week 3", "x.json"], set()),
        ([""], set()),
        (["_"], set()),
    ],
)
def test_whom_names_mean(tmp_path: Path, parts: list[str], meant: set[str]) -> None:
    """Names of Moodle, Canvas, Blackboard and one's own: all whom they may mean, one if that is clear."""
    assert keys(roster(tmp_path), *parts) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lovelaceada_77_9001_x.py", {"ada"}),
        ("byronada_79_9001_x.py", {"a2"}),
        ("byronada_5_9001_x.py", {"a1", "a2"}),
        ("renamed_77_9001_x.py", {"ada"}),
        ("lovelaceada_78_9001_x.py", {"ada"}),
        ("Ada Byron_79_assignsubmission_file_", {"a1", "a2"}),
        ("77", set()),
        ("homework 78", set()),
    ],
)
def test_canvas_numbers_count_in_canvas_names_only(tmp_path: Path, name: str, meant: set[str]) -> None:
    """Canvas's `ID` tells namesakes apart in its own downloads, and means nothing in any other name."""
    assert keys(roster(tmp_path, CANVAS), name) == meant


def test_an_own_lists_id_is_not_canvas_number(tmp_path: Path) -> None:
    """An own list's `id` that equals the number in a Canvas download finds nobody."""
    assert keys(roster(tmp_path, "login,name,id\nada,Ada L.,77\n"), "stranger_77_9001_x.py") == set()


def submissions(folder: Path, *names: str) -> dict[str, tuple[str, ...]]:
    """Hand files in under some names; give the names by the key of their student."""
    (folder / "in").mkdir()
    for name in names:
        Path(os.fsdecode(os.fsencode(str(folder / "in")) + b"/" + os.fsencode(name))).write_bytes(b"")
    found = find_submissions(folder / "in", roster(folder))
    return {one.student.key: tuple(path.name for path in one.places) for one in found}


def test_strangers_are_kept_apart(tmp_path: Path) -> None:
    """Two whom nothing but the LMS's number tells apart stay two, and nobody takes the key of a student in the list."""
    names = ["byronada_5_1_x.py", "byronada_6_2_x.py", "Ada Byron_1_assignsubmission_file_", "Eve", "eve.py", "404.zip"]
    found = submissions(tmp_path, *names)
    assert sorted(sum(found.values(), ())) == sorted(names)
    assert len(found) == len(names)
    assert not {"a1", "a2"} & set(found)


def test_an_identifier_of_two_is_a_stranger_with_another_key(tmp_path: Path) -> None:
    """What is one's login and another's number goes to neither, and says who may be meant."""
    (tmp_path / "in" / "x").mkdir(parents=True)
    (tmp_path / "list.csv").write_text("login,name,id number\nx,Ada,1\nb,Bob,x\n", encoding="utf-8")
    (one,) = find_submissions(tmp_path / "in", load_roster(tmp_path / "list.csv"))
    assert not one.in_list
    assert one.student.key not in ("x", "b")
    assert "may be Ada (x) and Bob (b)" in one.why


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    """A folder that Windows named in its code page is its student's."""
    assert submissions(tmp_path, "J\udcfcrgen M\udcfcller.py", "\udcff\udcfe.py")["mueller"]


def test_what_an_lms_says(tmp_path: Path) -> None:
    """The three forms are told apart; another name is none of them."""
    assert lms_name("Ada_L_12_assignsubmission_onlinetext_").who == "Ada_L"
    assert lms_name("x_late_1_2_y").number == "1"
    assert lms_name("l01_lamps.py") is None
