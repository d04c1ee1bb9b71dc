"""Answers are found in whatever a student handed in."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from fake_course import make_course

from poolschool.course.lessons import load_course
from poolschool.grading.answers import gather

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def gathered(tmp_path: Path, files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Gather the fake course's answers from these files; give what was taken, and the notes."""
    (tmp_path / "course").mkdir()
    course = load_course(make_course(tmp_path / "course"))
    handed_in, into = tmp_path / "handed_in", tmp_path / "into"
    handed_in.mkdir(exist_ok=True)
    for name, content in files.items():
        (handed_in / name).parent.mkdir(parents=True, exist_ok=True)
        (handed_in / name).write_bytes(content)
    notes = gather((handed_in,), course.lessons, into)
    return {path.relative_to(into).as_posix(): path.read_bytes() for path in into.rglob("*.py")}, notes


def packed(names: dict[str, bytes]) -> bytes:
    """Make a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return content.getvalue()


LAMPS, CHAIRS = "p1_why/l01_lamps.py", "p1_why/l02_chairs.py"


@pytest.mark.parametrize(
    ("files", "taken", "says"),
    [
        ({"l01_lamps.py": b"1"}, {LAMPS: b"1"}, ["There is no file l02_chairs.py."]),
        ({"L01_Lamps.PY": b"1"}, {LAMPS: b"1"}, ["There is no file l02_chairs.py."]),
        ({"deep/p1_why/l01_lamps.py": b"1", CHAIRS: b"2"}, {LAMPS: b"1", CHAIRS: b"2"}, []),
        (
            {"l01_lamps.py": b"old", "x/p1_why/l01_lamps.py": b"new", CHAIRS: b"2"},
            {LAMPS: b"new", CHAIRS: b"2"},
            ["x/p1_why/l01_lamps.py was graded, and not l01_lamps.py."],
        ),
        ({"l01_lamps.py": b"1", f"x/{LAMPS}": b"1", CHAIRS: b"2"}, {LAMPS: b"1", CHAIRS: b"2"}, []),
        (
            {"work.zip": packed({"../../../l01_lamps.py": b"1", "__MACOSX/l02_chairs.py": b"x", ".x/l02_chairs.py": b"x"})},
            {LAMPS: b"1"},
            ["There is no file l02_chairs.py."],
        ),
        (
            {"work.zip": b"PK no zip", CHAIRS: b"2", LAMPS: b"1"},
            {LAMPS: b"1", CHAIRS: b"2"},
            ["work.zip could not be unpacked whole (File is not a zip file). Make a new zip, without a password."],
        ),
        (
            {"l01_lamps.py": b"1" * 1_000_001, CHAIRS: b"2"},
            {CHAIRS: b"2"},
            ["l01_lamps.py was not graded: it has more than 1,000,000 bytes.", "There is no file l01_lamps.py."],
        ),
        (
            {"conftest.py": b"x", "pytest.py": b"x", "p1_why/l01_lamps_test.py": b"x", CHAIRS: b"2"},
            {CHAIRS: b"2"},
            [
                "There is no file l01_lamps.py.",
                "Not used, for the course's own is: conftest.py, pytest.py, p1_why/l01_lamps_test.py.",
            ],
        ),
        ({"ada_12_345_l01_lamps.py": b"1", "ada_12_346_l01_lamps-1.py": b"2", CHAIRS: b"2"}, {LAMPS: b"2", CHAIRS: b"2"},
         ["ada_12_346_l01_lamps-1.py was graded, and not ada_12_345_l01_lamps.py."]),
        ({".git/l01_lamps.py": b"1", "solutions.txt": b""}, {}, ["There is no file l01_lamps.py.", "There is no file l02_chairs.py."]),
    ],
)  # fmt: skip
def test_answers_are_found(files: dict[str, bytes], taken: dict[str, bytes], says: list[str], tmp_path: Path) -> None:
    """Bare files, folders and zips give the answers and nothing else; what is doubtful is named."""
    assert gathered(tmp_path, files) == (taken, says)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link to a file or folder elsewhere hands nothing in, and is named."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "l02_chairs.py").write_text("secret", encoding="utf-8")
    (tmp_path / "handed_in").mkdir()
    (tmp_path / "handed_in" / "l01_lamps.py").symlink_to(secret / "l02_chairs.py")
    (tmp_path / "handed_in" / "folder").symlink_to(secret)
    taken, notes = gathered(tmp_path, {})
    assert taken == {}
    assert notes[0] == "l01_lamps.py was not graded: it is a link, and no file of its own."
