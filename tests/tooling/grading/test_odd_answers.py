"""Finding answers in what was handed in: whatever lies there, one answer per lesson, little memory, and words for the rest."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from fake_course import make_course

from poolschool.course.lessons import load_course
from poolschool.grading.answers import gather

NAME = "l01_lamps.py"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a tiny course."""
    return make_course(tmp_path_factory.mktemp("course"))


def zipped(files: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip with names as they are, empty and repeated ones too."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for number, (name, data) in enumerate(files):
            entry = zipfile.ZipInfo(str(number))
            entry.filename, entry.compress_type = name, method
            archive.writestr(entry, data)
    return content.getvalue()


def gathered(course: Path, folder: Path, files: dict[str, bytes]) -> tuple[bytes | None, str]:
    """Hand files in; give the answer that is graded, if any, and the notes."""
    for name, data in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "out").mkdir()
    lessons = (load_course(course).lesson("lamps"),)
    notes = gather([folder / "in"], lessons, folder / "out")
    answer = folder / "out/p1_why" / NAME
    return answer.read_bytes() if answer.exists() else None, " ".join(notes)


@pytest.mark.parametrize(
    ("files", "answer", "says"),
    [
        ({"a.zip": zipped([("", b"x"), (NAME, b"1")])}, b"1", ""),
        ({"a.zip": zipped([(f"x/{NAME}", b"deep"), (NAME, b"top")])}, b"top", "was graded, and not"),
        ({"a.zip": zipped([(f"p1_why/{NAME}", b"laid out"), (NAME, b"top")])}, b"laid out", "and not"),
        ({"a.zip": zipped([(NAME, b"1" * 50_000)], zipfile.ZIP_BZIP2)}, None, "packed in an unusual way"),
        ({"a.zip": b"PK\x05\x06" + b"\xff" * 18}, None, "could not be unpacked whole"),
        ({"a.zip": zipped([(f"C:\\{NAME}", b"1")])}, None, "There is no file l01_lamps.py"),
        ({"note.txt": b"\xff\xfe\xfa", NAME: b"1"}, b"1", ""),
        ({"M\udcfcller/" + NAME: b"1"}, b"1", ""),
        ({"\x1b[2J.py": b"", NAME: b"1"}, b"1", ""),
        ({"d/" * 300 + NAME: b"1"}, b"1", ""),
    ],
)
def test_odd_submissions(
    course: Path, tmp_path: Path, files: dict[str, bytes], answer: bytes | None, says: str
) -> None:
    """Entries without a name, unusual packing, other systems' names and depth: the answer, or why there is none."""
    graded, notes = gathered(course, tmp_path, files)
    assert graded == answer
    assert says in notes


def test_a_zip_of_many_answers_costs_little(course: Path, tmp_path: Path) -> None:
    """Thousands of megabytes in a zip of one: one candidate is kept, and the zip is not unpacked to its end."""
    many = zipped([(f"{number}/{NAME}", b"#" * 900_000) for number in range(150)])
    tracemalloc.start()
    graded, notes = gathered(course, tmp_path, {"a.zip": many})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert graded is not None
    assert "unpacks to more than" in notes
    assert peak < 15_000_000
