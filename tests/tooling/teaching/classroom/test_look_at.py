"""What `poolschool grade` shows an instructor as something to look at, beside the marks: nothing is passed over in silence."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from fake_course import SOLUTION, make_course

from poolschool.teaching.classroom.grade import grade_class

pytestmark = [
    pytest.mark.together,  # a whole class is graded once
    pytest.mark.skipif(os.name == "nt", reason="what is tried here is for systems like Unix"),
]
ANSWER = "l01_lamps.py"
# Each answer is right, and tries something through a library first, swallowing what becomes of it.
SWALLOWED = {
    "rmtree": "import shutil\ntry:\n    shutil.rmtree('VICTIM')\nexcept OSError:\n    pass\n",
    "run_path": "import runpy\ntry:\n    runpy.run_path('VICTIM/l01_lamps.py')\nexcept OSError:\n    pass\n",
    "glob": "import glob\nglob.glob('VICTIM/*')\n",
    "copy": "import shutil\ntry:\n    shutil.copy('VICTIM/l01_lamps.py', 'mine')\nexcept OSError:\n    pass\n",
    "import": "import sys\nsys.path.insert(0, 'VICTIM')\ntry:\n    import l02_chairs\nexcept ImportError:\n    pass\n",
    "loader": "import importlib.machinery as m\ntry:\n    m.SourceFileLoader('x', 'VICTIM/l01_lamps.py').get_data('VICTIM/l01_lamps.py')\n"
    "except OSError:\n    pass\n",
    "imports": "import importlib.metadata, pkgutil, random, uuid, wave, mimetypes, zoneinfo\n"
    "importlib.metadata.version('sqlalchemy'); list(importlib.metadata.entry_points()); list(pkgutil.iter_modules())\n",
    "honest": "",
}
UNSEEN = {"imports", "honest"}  # a search for modules in the folders that Python had before


def zipped(**files: bytes) -> bytes:
    """Make a zip; two underscores stand for a point in a name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return content.getvalue()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Grade a class once; return what is said of each student, and the whole of it as ``."""
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("look at")))
    course, handed_in = folder / "course", folder / "handed in"
    course.mkdir()
    make_course(course)
    return graded(course, handed_in, folder)


def graded(course: Path, handed_in: Path, folder: Path) -> dict[str, str]:
    """Hand in for everybody, grade, and sort what is printed by student."""
    sound = SOLUTION.encode()
    victim = handed_in / "victim"
    works: dict[str, bytes] = {f"victim/{ANSWER}": sound}
    works |= {
        f"{name}/{ANSWER}": (code.replace("VICTIM", str(victim)) + SOLUTION).encode()
        for name, code in SWALLOWED.items()
    }
    works |= {
        f"twice/{ANSWER}": b"",
        "twice.zip": zipped(l01_lamps__py=sound),
        "nested.zip": zipped(work__zip=zipped(l01_lamps__py=sound)),
        "deep.zip": zipped(a__zip=zipped(b__zip=zipped(c__zip=zipped(l01_lamps__py=sound)))),
        "inner/work.rar": b"Rar!",
        "seven/work.7z": b"7z",
        "tarred/work.tar.gz": b"\x1f\x8b",
        "rarred.rar": b"Rar!",
        "broken.zip": b"PK\x03\x04 no",
        "empty/notes.txt": b"I was ill.",
        "renamed/lamps.py": sound,
        "__MACOSX/._x": b"", ".DS_Store": b"", "Thumbs.db": b"", "desktop.ini": b"",
        f"victim/__MACOSX/{ANSWER}": b"no", "victim/.DS_Store": b"", "victim/Thumbs.db": b"", "victim/desktop.ini": b"",
    }  # fmt: skip
    for name, content in works.items():
        (handed_in / name).parent.mkdir(parents=True, exist_ok=True)
        (handed_in / name).write_bytes(content)
    (handed_in / "linked").mkdir()
    (handed_in / "linked" / ANSWER).symlink_to(victim / ANSWER)
    (handed_in / "piped").mkdir()
    os.mkfifo(handed_in / "piped" / ANSWER)
    names = sorted({name.partition("/")[0].partition(".")[0] for name in works} - {"", "__MACOSX", "Thumbs", "desktop"})
    roster = folder / "roster.csv"
    roster.write_text("student\n" + "\n".join([*names, "linked", "piped"]) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOLSCHOOL_ROOT", str(course))
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        assert grade_class(handed_in, roster, folder / "graded", ("lamps",), 2) == 0
    lines = out.getvalue().splitlines()
    told = {
        name: "\n".join(line for line in lines if line.startswith(f"look at {name}: "))
        for name in [*names, "linked", "piped"]
    }
    table = (folder / "graded" / "grades.csv").read_text(encoding="utf-8-sig")
    return told | {"": out.getvalue(), "grades": table}


def test_what_a_library_was_refused_is_named_and_costs_nothing(said: dict[str, str]) -> None:
    """An answer that lets a library read what belongs to others is named with the place; only a search for modules is not."""
    for name in SWALLOWED:
        assert ("a library was refused" in said[name]) == (name not in UNSEEN), (name, said[name])
    assert "handed in/victim" in said["rmtree"]
    assert said["honest"] == said["imports"] == said["victim"] == ""


def test_several_works_of_one_student_are_named(said: dict[str, str]) -> None:
    """Two folders or zips of one student are named, and files that systems leave behind are not."""
    assert "handed in several times: twice, twice.zip" in said["twice"]
    assert "MACOSX" not in said[""]
    assert "Thumbs" not in said[""]
    assert "desktop" not in said[""]


def test_a_zip_within_a_zip_is_read(said: dict[str, str]) -> None:
    """An answer in a zip within a zip is graded without a word; one that lies too deep is named."""
    assert said["nested"] == ""
    assert "deep.zip/a.zip/b.zip/c.zip was not opened" in said["deep"]


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("inner", "work.rar was not opened"),
        ("seven", "work.7z was not opened"),
        ("tarred", "work.tar.gz was not opened"),
        ("rarred", "rarred.rar was not opened"),
        ("broken", "broken.zip could not be unpacked whole"),
        ("linked", f"{ANSWER} was not graded: it is a link"),
        ("piped", f"{ANSWER} was not graded: it is a pipe"),
        ("empty", f"there is no answer ({ANSWER}) in empty"),
        ("renamed", "Among what is there: lamps.py"),
    ],
)
def test_what_could_not_be_read_is_named(said: dict[str, str], student: str, words: str) -> None:
    """A work without an answer that can be read is something to look at, with the file's name."""
    assert words in said[student], said[student]
