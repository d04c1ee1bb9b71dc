"""Collecting a class: scores are computed anew, nobody and no file is lost, and what is odd is named."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from class_of_students import BANK, DUE, as_bytes, assignment, handed_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.teaching.assignments.assignment import Assignment, assignment_toml, crc
from poolschool.teaching.assignments.collect import collect
from poolschool.teaching.assignments.handed_in import canonical

ASKED = assignment(BANK)
MOST = float(len(ASKED.questions))
ROSTER = "student,name\nada,Ada Lovelace\ngrace,Grace Hopper\nedsger,Edsger Dijkstra\n"


class Class:
    """A folder with an assignment, a list of students and what they handed in."""

    def __init__(self, folder: Path, asked: Assignment = ASKED) -> None:
        self.folder = folder
        (folder / "in").mkdir(parents=True)
        (folder / "assignment.toml").write_text(assignment_toml(asked, BANK), encoding="utf-8")
        (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")

    def hand_in(self, name: str, content: dict[str, Any] | bytes) -> None:
        """Put a file into the folder."""
        path = self.folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else as_bytes(content))

    def collect(self, roster: bool = True, **how: Any) -> dict[str, list[dict[str, str]]]:
        """Collect, and read the CSV files that were written."""
        out = self.folder / "out"
        who = self.folder / "roster.csv" if roster else None
        assert collect((self.folder / "in",), self.folder / "assignment.toml", who, out, **how) == 0
        return {
            path.name: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            for path in out.glob("*.csv")
        }


def one(rows: list[dict[str, str]], **match: str) -> dict[str, str]:
    """Find the only row with these values."""
    (found,) = [row for row in rows if all(row[key] == value for key, value in match.items())]
    return found


def test_scores_come_from_the_answers(tmp_path: Path) -> None:
    """All right gives all points, all wrong none; who handed in nothing is missing."""
    it = Class(tmp_path)
    right, wrong = handed_in(ASKED, BANK, "ada", skill=1), handed_in(ASKED, BANK, "GRACE ", skill=0)
    open_ones = sum(answer["answer"] is None for answer in right["paper"]["answers"])
    right["paper"]["score"] = 1000  # what a file says of its score is never asked
    right["check"] = crc(canonical(right["paper"]))
    it.hand_in("a.json", right)
    it.hand_in("g.json", wrong)
    found = it.collect()
    grades = found["grades-moodle.csv"]
    assert float(one(grades, Username="ada")["Pools"]) == MOST - open_ones
    assert float(one(grades, Username="grace")["Pools"]) == 0
    assert one(grades, Username="edsger")["Feedback"] == "missing."
    assert float(one(found["scores.csv"], student="ada")["total"]) == MOST - open_ones


def test_another_students_paper_is_not_ones_own(tmp_path: Path) -> None:
    """Right answers to somebody else's versions are scored against one's own, and named."""
    it = Class(tmp_path)
    theirs = handed_in(ASKED, BANK, "grace", skill=1)
    theirs["paper"]["student"] = "ada"
    theirs["check"] = crc(canonical(theirs["paper"]))
    it.hand_in("a.json", theirs)
    found = it.collect()
    assert "but this student has version" in one(found["report.csv"], student="ada")["why"]
    assert float(one(found["scores.csv"], student="ada")["total"]) < MOST


@pytest.mark.parametrize(("keep", "counts"), [("latest", "b.json"), ("first", "a.json"), ("best", "b.json")])
def test_of_several_one_counts(tmp_path: Path, keep: str, counts: str) -> None:
    """Of two files of a student the one that was asked for counts; the other is listed as superseded."""
    it = Class(tmp_path)
    it.hand_in("b.json", handed_in(ASKED, BANK, "ada", skill=1, when=DUE - timedelta(hours=1)))
    it.hand_in("a.json", handed_in(ASKED, BANK, "ada", skill=0, when=DUE - timedelta(hours=2)))
    report = it.collect(keep=keep)["report.csv"]
    assert {Path(row["file"]).name: row["outcome"] for row in report} == {
        counts: "counted",
        ({"a.json", "b.json"} - {counts}).pop(): "superseded",
    }


def test_late_is_said_and_counted(tmp_path: Path) -> None:
    """What comes after the due date counts and says so; one minute before is in time."""
    it = Class(tmp_path)
    it.hand_in("a.json", handed_in(ASKED, BANK, "ada", when=DUE + timedelta(minutes=1)))
    it.hand_in("g.json", handed_in(ASKED, BANK, "grace", when=DUE - timedelta(minutes=1)))
    found = it.collect()
    assert one(found["report.csv"], student="ada")["outcome"] == "late"
    assert "2026-12-01 23:00 UTC" in one(found["report.csv"], student="ada")["why"]
    assert one(found["report.csv"], student="grace")["outcome"] == "counted"
    assert one(found["grades-moodle.csv"], Username="ada")["Pools"] != ""


def test_an_edited_file_gives_no_points_and_says_what_it_would(tmp_path: Path) -> None:
    """An edited answer is a problem for the instructor to decide; the student is not called missing."""
    it = Class(tmp_path)
    edited = handed_in(ASKED, BANK, "ada", skill=1)
    edited["paper"]["seconds"] = 1
    it.hand_in("a.json", edited)
    found = it.collect()
    row = one(found["report.csv"], student="ada")
    assert row["outcome"] == "problem"
    assert "edited, or damaged" in row["why"]
    assert "as it stands it would get" in row["why"]
    assert one(found["grades-moodle.csv"], Username="ada")["Pools"] == ""
    assert one(found["grades-moodle.csv"], Username="ada")["Feedback"].startswith("problem")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"assignment": "another"}, "It answers another assignment: another."),
        ({"digest": "00000000"}, "the link that was used is not that of this assignment's file"),
        ({"handed_in": "yesterday"}, "the time of handing in cannot be read"),
        ({"student": "nobody"}, "Nobody in the list is known as “nobody”."),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    """A foreign assignment, an older link, an unreadable time and an unknown student each have a sentence."""
    it = Class(tmp_path)
    it.hand_in("x.json", handed_in(ASKED, BANK, "ada", **changes))
    (row,) = it.collect()["report.csv"]
    assert says in row["why"]


def test_answers_of_the_wrong_kind_are_no_answers(tmp_path: Path) -> None:
    """A text where an index belongs, an index out of range, a text of a megabyte: no points, no break."""
    it = Class(tmp_path)
    content = handed_in(ASKED, BANK, "ada", skill=1)
    for answer, odd in zip(
        content["paper"]["answers"], ["x" * 30_000, 99, [1, 1, 1], [], "", -1, [5, 99], "٣"], strict=False
    ):
        answer["answer"] = odd
    content["paper"]["answers"].append({"question": "leaks.nothing", "version": None, "hash": "", "answer": 1})
    content["paper"]["answers"].append(dict(content["paper"]["answers"][-2]))
    content["check"] = crc(canonical(content["paper"]))
    it.hand_in("a.json", content)
    (row,) = it.collect()["report.csv"]
    assert row["outcome"] == "counted"
    assert "leaks.nothing was not asked" in row["why"]
    assert "stands in the file twice" in row["why"]


def test_zips_of_an_lms_are_read_and_names_help(tmp_path: Path) -> None:
    """A zip is read as it is; a student who mistyped their name is found by the folder that the LMS gave."""
    it = Class(tmp_path)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        mistyped = handed_in(ASKED, BANK, "ada@home")
        archive.writestr("Ada Lovelace_12345_assignsubmission_file_/pools.json", json.dumps(mistyped))
        archive.writestr("grace_78_99_pools.json", json.dumps(handed_in(ASKED, BANK, "grace")))
        archive.writestr("__MACOSX/._x", b"\x00\x05")
    it.hand_in("all.zip", out.getvalue())
    it.hand_in("broken.zip", b"PK\x03\x04 nonsense")
    report = it.collect()["report.csv"]
    assert len(report) == 3  # what macOS puts into a zip is nobody's
    assert "matched by the file's name; the student wrote “ada@home”" in one(report, student="ada")["why"]
    assert one(report, student="grace")["outcome"] == "counted"
    assert sorted(row["outcome"] for row in report) == ["counted", "counted", "problem"]


def test_without_a_list_those_who_handed_in_are_the_class(tmp_path: Path) -> None:
    """Without a roster everybody who handed in has a row."""
    it = Class(tmp_path)
    it.hand_in("a.json", handed_in(ASKED, BANK, "ada"))
    it.hand_in("z.json", handed_in(ASKED, BANK, "zuse"))
    assert {row["Username"] for row in it.collect(roster=False)["grades-moodle.csv"]} == {"ada", "zuse"}


KINDS = st.sampled_from(["sound", "edited", "cut", "noise", "foreign", "stranger", "empty"])


@given(st.lists(st.tuples(KINDS, st.sampled_from(["ada", "grace", "edsger"])), min_size=1, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_no_file_and_no_student_is_lost(
    tmp_path_factory: pytest.TempPathFactory, mixture: list[tuple[str, str]]
) -> None:
    """Whatever is handed in, each file stands in the report once, each student in the grade book once."""
    it = Class(tmp_path_factory.mktemp("class"))
    for number, (kind, student) in enumerate(mixture):
        content = handed_in(ASKED, BANK, "a stranger" if kind == "stranger" else student, seed=number)
        if kind == "edited":
            content["paper"]["seconds"] += 1
        if kind == "foreign":
            content["schema"] = "something/else"
        data = as_bytes(content)
        data = {"cut": data[: len(data) // 2], "noise": bytes(range(256)), "empty": b""}.get(kind, data)
        it.hand_in(f"{number}.json", data)
    found = it.collect()
    assert sorted(int(Path(row["file"]).stem) for row in found["report.csv"]) == list(range(len(mixture)))
    names = [row["Username"] for row in found["grades-moodle.csv"]]
    assert sorted(names) == sorted({*names})
    assert {"ada", "grace", "edsger"} <= set(names)
    sound = {student for kind, student in mixture if kind == "sound"}
    assert {row["student"] for row in found["scores.csv"]} == sound


def test_mistakes_are_said_in_words(tmp_path: Path) -> None:
    """A folder that is not there or empty, and a question that the course does not have, are said with a way out."""
    it = Class(tmp_path)
    with pytest.raises(UserMistake, match=r"There is no .*nowhere"):
        collect((tmp_path / "nowhere",), tmp_path / "assignment.toml", None, tmp_path / "out")
    with pytest.raises(UserMistake, match="There is no file in"):
        it.collect()
    text = (tmp_path / "assignment.toml").read_text(encoding="utf-8").replace("leaks.the_cure", "leaks.the_curse")
    (tmp_path / "assignment.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseFault, match=r":\d+: The course has no question `leaks.the_curse`"):
        it.collect()
