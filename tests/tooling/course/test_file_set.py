"""Files of one run: all of them or none; names that collide on no system; CSV that spreadsheets only show."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolschool.course.faults import UserMistake
from poolschool.course.files import FileSet, csv_file, csv_text, file_name


def content(folder: Path) -> dict[str, bytes]:
    """Give all files below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_files_are_put_in_place_together(tmp_path: Path) -> None:
    """Nothing is seen before the block ends; then all is there and nothing else."""
    with FileSet(tmp_path / "deep/out") as files:
        files.write("a.csv", b"1")
        files.write("sub/b.csv", b"2")
        assert not (tmp_path / "deep").exists()
    assert content(tmp_path) == {"deep/out/a.csv": b"1", "deep/out/sub/b.csv": b"2"}


def write_all(folder: Path, *names: str, then: BaseException | None = None) -> None:
    """Write files of one run, and end it by an exception if one is given."""
    with FileSet(folder) as files:
        for name in names:
            files.write(name, b"new")
        if then:
            raise then


@pytest.mark.parametrize("blocked", ["b.csv", "sub/c.csv", "z.csv"])
def test_one_that_cannot_be_written_leaves_all_as_they_were(tmp_path: Path, blocked: str) -> None:
    """A folder in the place of one file: the others keep what they had, new ones are not there."""
    (tmp_path / "a.csv").write_bytes(b"old")
    (tmp_path / blocked / "inside").mkdir(parents=True)
    before = content(tmp_path)
    with pytest.raises(UserMistake, match=r"cannot be written: Is a directory\. Nothing was changed"):
        write_all(tmp_path, "a.csv", "b.csv", "sub/c.csv", "z.csv")
    assert content(tmp_path) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_exception_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Whatever ends the block, no file of it appears."""
    with pytest.raises(KeyboardInterrupt):
        write_all(tmp_path / "out", "a.csv", then=KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    """An output that is a file is a mistake in words, before any work is done."""
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(UserMistake, match="cannot be written: Not a directory"):
        write_all(tmp_path / "out")


KEYS = st.one_of(
    st.text(max_size=70),
    st.sampled_from(
        ["con", "CON", "nul.txt", "lpt1", "ada", "Ada", "ada ", "ada.", ".ada", "ä", "a\u0308", "-", "\ud800"]
    ),
)


@given(st.sets(KEYS, min_size=2, max_size=20))
def test_no_two_students_share_a_name(keys: set[str]) -> None:
    """Different keys give different names, on systems that ignore case too; the name of a name is another one."""
    names = [file_name(key) for key in keys]
    hashed = [file_name(name) for name in names if name not in keys and name != file_name(name)]
    assert len({name.lower() for name in (*names, *hashed)}) == len(names) + len(set(hashed))
    for name in names:
        assert name.partition(".")[0] not in ("con", "nul", "lpt1", "")
        assert not name.endswith(".")


def test_identifiers_keep_their_sign_and_formulas_do_not(tmp_path: Path) -> None:
    """A login that begins with a sign stays what the LMS knows; what calls something gets an apostrophe everywhere."""
    rows = [["+ada", "+ada"], ["@zoe-1.x", "x"], ["@SUM(A1)", "x"], ["=1", "＝1"], ["-2+3", "-2"], ["-x|cmd", "\n=1"]]
    assert csv_text(rows, identifiers=[0]) == (
        "+ada,'+ada\n@zoe-1.x,x\n'@SUM(A1),x\n'=1,'＝1\n-2+3,'-2\n'-x|cmd,\"'\n=1\"\n"
    )


def test_csv_files_say_that_they_are_utf_8() -> None:
    """Excel reads the byte order mark; half a pair of surrogates is written as an escape."""
    assert csv_file([["Zoë", "\udcfc"]]) == b"\xef\xbb\xbfZo\xc3\xab,\\udcfc\n"


@pytest.mark.parametrize("key", ["../../etc/passwd", "CON", ".hidden", "a" * 300, "", "ä/ö", "x\x00y"])
def test_file_names_are_safe(key: str) -> None:
    """Whatever a student is called, their files have names of their own in the folder."""
    name = file_name(key)
    assert re.fullmatch(r"[\w@+-][\w.@+-]{0,80}|-[0-9a-f]{16}", name)
    assert name != file_name(key + "x")
