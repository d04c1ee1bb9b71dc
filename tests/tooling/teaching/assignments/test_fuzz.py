"""Whatever is handed in or written: no traceback, nothing lost, and what is said names the place. Milliseconds an example."""

import copy
import io
import json
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from class_of_students import BANK, assignment, handed_in
from fuzzing import FUZZED
from hypothesis import given
from hypothesis import strategies as st

from poolschool.course.faults import CourseFault, Fault
from poolschool.grading.words import printable
from poolschool.teaching.assignments.assignment import Assignment, assignment_toml, crc, read_assignment
from poolschool.teaching.assignments.handed_in import canonical
from poolschool.teaching.assignments.result_files import ResultFile, find_results
from poolschool.teaching.assignments.results import Collection
from poolschool.teaching.classroom.lms_names import is_left_behind
from poolschool.teaching.classroom.students import Roster, Student

pytestmark = pytest.mark.timeout(400)  # in CI; see fuzzing.py
ASKED = assignment(BANK, ("leaks.the_cure", "why_pooling.purpose"), variants="shared")
SOUND = handed_in(ASKED, BANK, "ada")
ROSTER = Roster(
    (Student("ada", "Ada Lovelace", "a@x.example", ("ada", "a@x.example", "101")), Student("102", "Bob Kahn"))
)

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["ada", "102", "Bob Kahn", "\ud800", "\x1b[2J", "\x00", "\u202e", "0001-01-01", "9999-12-31T23:59-14:00"]
    ),
    st.sampled_from(["2026-12-01T23:59:00+99:99", "9" * 5000, "x" * 30_000, "leaks.the_cure", "=1+1", "٣", "1e999"]),
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([10**4000, -(10**400), 2**64]),
        st.floats(allow_nan=False),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the path of every value in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, one in inner for deeper in places(one, (*path, key)))]


PLACES = st.sampled_from(places(SOUND)[1:])


def changed(paths: list[tuple[tuple[str | int, ...], Any]]) -> dict[str, Any]:
    """Give the sound result with some values replaced, where they are still there."""
    content = copy.deepcopy(SOUND)
    for path, value in paths:
        target: Any = content
        for key in path[:-1]:
            try:
                target = target[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(target, dict) or (isinstance(target, list) and path[-1] in range(len(target))):
                target[path[-1]] = value
    return content


@given(
    st.lists(st.tuples(PLACES, VALUES), min_size=1, max_size=3),
    st.booleans(),
    st.binary(max_size=3),
    st.integers(0, 3000),
)
@FUZZED
def test_result_files(paths: list[tuple[tuple[str | int, ...], Any]], sealed: bool, damage: bytes, where: int) -> None:
    """A result with any values, its check right or not, damaged or not: scored or refused in a sentence that can be shown."""
    content = changed(paths)
    if sealed and isinstance(content.get("paper"), dict):
        content["check"] = crc(canonical(content["paper"]))
    data = json.dumps(content).encode()
    data = data[:where] + damage + data[where + len(damage) :]
    result = Collection(ASKED, BANK, ROSTER).take(ResultFile("x.json", ("x.json",), data))
    assert result.reason or (result.scores and 0 <= result.points <= 2)
    for words in (result.reason, *result.notes):
        assert words == printable(words)
        words.encode()
    assert "Error" not in result.reason, result.reason


LITERALS = st.sampled_from(
    [
        *("0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "23:59:00", "2026-12-01", "inf", "nan"),
        *("9" * 4000, "9" * 5000, "0x" + "f" * 300, "-1", "1e400", "true", "{}", "[[]]", "[" * 500 + "]" * 500),
        *(
            "{a=" * 300 + "1" + "}" * 300,
            '"\\u0000"',
            '"\\ud800"',
            '"\\U0010ffff"',
            '""',
            '"' + "x" * 9000 + '"',
            "'''",
        ),
        *(
            '"leaks.nothing"',
            '"leaks.the_cure"',
            '"\\u001b[2J"',
            "1979-05-27T07:32:00.999999-07:00",
            "[{id = 1}]",
            "\x00",
            "ü",
        ),
    ]
)
LINES = assignment_toml(ASKED, BANK).splitlines()
KEYS = st.sampled_from(
    ["id", "title", "seed", "due", "feedback", "question", "question.0", "a." * 400 + "a", '"\\u0007"', "[x]"]
)


@given(
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.one_of(KEYS, st.none()), LITERALS), min_size=1, max_size=3),
    st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]),
)
@FUZZED
def test_assignment_files(tmp_path: Path, edits: list[tuple[int, str | None, str]], encoding: str) -> None:
    """Any line replaced by any value: an assignment, or faults each with its line and a way out."""
    lines = list(LINES)
    for line, key, literal in edits:
        lines[line] = f"{key or lines[line].partition(' =')[0]} = {literal}"
    path = tmp_path / "assignment.toml"
    path.write_bytes("\n".join(lines).encode(encoding, "replace"))
    read, faults = read_or_faults(path)
    for fault in faults:
        assert str(fault).startswith(f"{path}:")
        assert "Error" not in str(fault).removeprefix(str(path))
        str(fault).encode()
    if read is not None:
        assert read.paper(BANK, "ada").points > 0
        assignment_toml(read, BANK)
        read.link("https://x.example").encode()


def read_or_faults(path: Path) -> tuple[Assignment | None, tuple[Fault, ...]]:
    """Read an assignment, or give what is wrong with it."""
    try:
        return read_assignment(path, BANK), ()
    except CourseFault as caught:
        return None, caught.faults


NAMES = st.one_of(
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        ["../x.json", "/etc/passwd", "C:\\x", "a/" * 50 + "b", "x.zip", ".", "..", "ada_1_2_x.json", "", "\ud800"]
    ),
    st.sampled_from(["Ada Lovelace_1_assignsubmission_file_/x.json", "M\xfcller.json", "__MACOSX/._x", "n" * 3000]),
)


@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from([b"", b"{}", b"PK\x03\x04", b"\xff" * 40, json.dumps(SOUND).encode()])),
        max_size=5,
    ),
    st.binary(max_size=4),
    st.integers(0, 600),
    st.integers(0, 2),
)
@FUZZED
def test_zips(tmp_path: Path, files: list[tuple[str, bytes]], damage: bytes, where: int, deep: int) -> None:
    """A zip of any names and contents, nested or damaged: each of its files once, or one that says why not."""
    data = b""
    for layer in range(deep + 1):
        content = io.BytesIO()
        with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(content, "w") as archive:
            for name, inside in files if layer == 0 else [("inner.zip", data)]:
                entry = zipfile.ZipInfo("x")
                entry.filename = name.encode("utf-8", "replace").decode()
                archive.writestr(entry, inside)
        data = content.getvalue()
    path = tmp_path / "class.zip"
    path.write_bytes(data[:where] + damage + data[where + len(damage) :])
    found = list(find_results((path,)))
    assert found
    if not damage and not any(name.lower().endswith(".zip") for name, _ in files):
        read = [(name.split("\x00")[0], data) for name, data in files]  # as zipfile reads names
        inside = [name for name, data in read if data or not name.endswith(("/", "\\"))]
        handed_in = [name for name in inside if not any(map(is_left_behind, re.split(r"[/\\]", name)))]
        assert len(found) == max(len(handed_in), 1)
    collection = Collection(ASKED, BANK, ROSTER)
    for file in found:
        file.place.encode()
        result = collection.take(file)
        assert "Error" not in result.reason or "part of the zip" in result.reason or "zip cannot" in result.reason
