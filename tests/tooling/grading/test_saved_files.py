"""However an answer is saved, linked or printing, it is graded, or the reason is told in words that name the file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_course import SOLUTION, make_course

from poolschool.course.lessons import load_course
from poolschool.grading.encoding import encoding_fault
from poolschool.grading.grader import Grader
from poolschool.grading.output import BoundedOutput, TooMuchOutput
from poolschool.grading.verdict import Verdict

TEXT = f"greeting = 'Grüße an die Prüfer: fünf Verbindungen'\n{SOLUTION}"
Grade = Callable[[], tuple[Verdict, ...]]


@pytest.fixture(scope="module")
def grader() -> Grader:
    """Keep one warm grader for the module."""
    return Grader()


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """Give the stub of a fresh fake course."""
    return make_course(tmp_path) / "exercises/p1_why/l01_lamps.py"


@pytest.fixture
def grade(stub: Path, grader: Grader) -> Grade:
    """Give a function that grades the stub."""
    course = load_course(stub.parents[2])
    return lambda: grader.grade(course.lesson("lamps"), course.root / "exercises").verdicts


SAVED = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252 or Latin-1",
    "latin-1": "Windows-1252 or Latin-1",
}


@pytest.mark.parametrize("encoding", SAVED)
def test_the_encoding_is_named(encoding: str) -> None:
    """A file in another encoding, with or without a mark, is told which it is and what to choose."""
    fields = encoding_fault(TEXT.encode(encoding))
    assert fields is not None
    assert SAVED[encoding] in fields["got"]
    assert "Save it as UTF-8" in fields["hint"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"\0" * 100, TEXT.encode(), TEXT.encode("utf-8-sig"), f"# coding: latin-1\n{TEXT}".encode("latin-1"), b"# coding: klingon\n"],
)  # fmt: skip
def test_what_python_reads_or_is_no_text_is_left_to_python(content: bytes) -> None:
    """UTF-8 with and without a mark, a declared encoding and bytes that are no text have no such fault."""
    assert encoding_fault(content) is None


def test_the_line_of_a_letter_is_shown() -> None:
    """The first letter that is no UTF-8 is shown with its line."""
    fields = encoding_fault(b"x = 1\ny = '\xfc'  # u\n")
    assert fields is not None
    assert (fields["where"], fields["code"]) == ("2", "y = 'ü'  # u")
    assert "0xfc is “ü”" in fields["got"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_file_in_another_encoding_is_a_verdict(encoding: str, stub: Path, grade: Grade) -> None:
    """Grading says how the file is saved, and not that its bytes are null."""
    stub.write_bytes(TEXT.encode(encoding))
    first, second = grade()
    assert (first.status, second.status) == ("failed", "blocked")
    assert first.called == "import l01_lamps"
    assert "saved as" in first.got
    assert "UTF-8" in first.got


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_linked_stub_is_graded_under_its_own_name(stub: Path, grade: Grade, tmp_path: Path) -> None:
    """A stub that is a link works, and what is told names the link, also for an endless loop."""
    real = tmp_path / "elsewhere" / "my_answer.py"
    real.parent.mkdir()
    stub.unlink()
    stub.symlink_to(real)
    assert "is a link that leads to no file" in grade()[0].got
    real.write_text(SOLUTION, encoding="utf-8")
    assert [verdict.status for verdict in grade()] == ["passed", "passed"]
    real.write_text("def add(a, b):\n    return a / 0\n", encoding="utf-8")
    assert (grade()[0].where, grade()[0].code) == ("l01_lamps.py:2", "return a / 0")
    real.write_text("def add(a, b):\n    while True:\n        pass\n", encoding="utf-8")
    assert grade()[0].where.startswith("l01_lamps.py:")


PRINTS = {
    "buffer": "sys.stdout.buffer.write('grüß'.encode()); sys.stdout.buffer.flush()",
    "reconfigure": "sys.stdout.reconfigure(encoding='utf-8', errors='replace'); print('grüß')",
    "reconfigure for lines": "sys.stdout.reconfigure(line_buffering=True); print('grüß', flush=True)",
    "attributes": "assert sys.stdout.encoding == 'utf-8' and not sys.stdout.isatty() and sys.stdout.errors; print('grüß')",
    "descriptor": "assert sys.stdout.fileno() == 1 and os.write(sys.stdout.fileno(), b'x') == 1; print('grüß')",
    "lines": "sys.stdout.writelines(['gr', 'üß'])",
    "a writer": "print('grüß', file=sys.stderr)",
    "wrapped": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', write_through=True); print('grüß')",
    "detached": "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach()); sys.stdout.write('grüß')",
    "replaced": "print('grüß'); sys.stdout = io.StringIO(); print('unseen')",
    "redirected": "print('grüß'); contextlib.redirect_stdout(io.StringIO()).__enter__(); print('unseen')",
}


def test_an_answer_prints_as_to_any_text_stream(stub: Path, grade: Grade) -> None:
    """Its buffer, its encoding, its descriptor and a wrapper around it work as those of a text stream do."""
    for name, code in PRINTS.items():
        stub.write_text(
            f"import codecs, contextlib, io, os, sys\n{code}\n\ndef add(a, b):\n    return 0\n", encoding="utf-8"
        )
        first, _ = grade()
        assert (name, first.got) == (name, "0")
    stub.write_text(
        "import sys\n\ndef add(a, b):\n    sys.stdout.buffer.write('grüß'.encode())\n    return 0\n", encoding="utf-8"
    )
    assert grade()[0].output == "grüß"


def test_bytes_are_bounded_as_text_is() -> None:
    """What goes through the buffer is kept, in order, and counts towards the limit."""
    stream = BoundedOutput()
    stream.write("one ")
    stream.buffer.write(b"two ")
    stream.write("three \ud800")
    assert stream.take() == "one two three \ud800"
    with pytest.raises(TooMuchOutput):
        stream.buffer.write(b"x" * 300_000)
    stream.take()
    stream.close()
    assert stream.take() == ""
    with pytest.raises(ValueError, match="closed file"):
        stream.write("x")


# A conftest.py beside the checker: the learner's own pytest says that it is not used.
CONFTESTS = {
    "cannot be imported": "import no_such_thing\n",
    "no Python": "def (\n",
    "a fixture for all": "import pytest\n@pytest.fixture(autouse=True)\ndef mine():\n    raise RuntimeError('mine')\n",
    "a hook": "def pytest_runtest_setup(item):\n    raise RuntimeError('mine')\n",
    "a hook that passes all": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n",
}


def test_a_conftest_beside_the_checker_changes_nothing(
    stub: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a conftest.py nor pytest's variables in the shell reach the run in which a lesson is graded."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    for answer, status in ((SOLUTION, "passed"), ("def add(a, b):\n    return 0\n", "failed")):
        stub.write_text(answer, encoding="utf-8")
        for name, code in CONFTESTS.items():
            (stub.parent / "conftest.py").write_text(code, encoding="utf-8")
            assert (name, grade()[0].status) == (name, status)


def test_a_file_beside_the_answer_is_named(stub: Path, grade: Grade) -> None:
    """What breaks in a file of the learner's own, out of sight of their answer, is told with that file's name."""
    (stub.parent / "mine.py").write_text(
        "class Sum(int):\n    def __add__(self, other):\n        return 1 / 0\n", encoding="utf-8"
    )
    checker = stub.with_name("l01_lamps_test.py")
    checker.write_text(
        checker.read_text(encoding="utf-8").replace("call(store.add, 2, 3)", "call(store.add, 2, 3) + 0"),
        encoding="utf-8",
    )
    stub.write_text("from mine import Sum\n\n\ndef add(a, b):\n    return Sum(a + b)\n", encoding="utf-8")
    first, _ = grade()
    assert (first.status, first.where) == ("failed", "mine.py:3")
    assert first.got == "ZeroDivisionError: division by zero, in mine.py"
