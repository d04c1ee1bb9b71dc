"""`poolschool grade`: everyone gets a verdict with a reason, nobody harms anybody, nothing that an answer wrote is believed."""

import csv
import io
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest
from attacks import FORGERIES, HARMS, SOLUTION
from fake_course import STUB, make_course

from poolschool.confined.system import landlock
from poolschool.course.faults import UserMistake
from poolschool.course.files import file_name
from poolschool.course.lessons import load_course
from poolschool.teaching.classroom.grade import grade_class

pytestmark = [
    pytest.mark.together,  # a whole class is graded once
    pytest.mark.skipif(os.name == "nt", reason="what is tried here is for systems like Unix"),
]
MARK = "9174"
ANSWER = "l01_lamps.py"


class Class:
    """A class that was graded: its folders, and what came of it."""

    def __init__(self, folder: Path) -> None:
        self.course = make_course(folder / "course")
        self.handed_in = folder / "handed in"
        self.output = folder / "graded"
        self.roster = folder / "roster.csv"

    def hand_in(self, student: str, answer: str | bytes, name: str = ANSWER) -> Path:
        """Write an answer down; the words for places become places."""
        path = self.handed_in / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(answer, str):
            answer = self.placed(answer).encode()
        path.write_bytes(answer)
        return path

    def placed(self, text: str) -> str:
        """Put this class's places in the place of words."""
        victim = self.handed_in / "victim" / ANSWER
        solved = self.course / "solutions" / "p1_why" / ANSWER
        for word, place in (("VICTIM", victim), ("COURSE", self.course), ("SOLVED", solved), ("MARK", MARK)):
            text = text.replace(word, str(place))
        return text

    def grade(self, *, workers: int = 2, in_list: tuple[str, ...] = (), site: str = "") -> int:
        """Grade it."""
        names = in_list or tuple(path.name for path in sorted(self.handed_in.iterdir()))
        with self.roster.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["student"], *([name] for name in names or ("nobody",))])
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POOLSCHOOL_ROOT", str(self.course))
            patch.setattr("poolschool.grading.grader.IMPORT_SECONDS", 2.0)
            return grade_class(self.handed_in, self.roster, self.output, ("lamps",), workers, site=site)

    def tasks(self, student: str) -> list[dict[str, str]]:
        """Give what tasks.csv says of a student."""
        lines = (self.output / "tasks.csv").read_text(encoding="utf-8-sig")
        return [line for line in csv.DictReader(io.StringIO(lines)) if line["student"] == student]

    def grades(self) -> dict[str, dict[str, str]]:
        """Give the grade book's lines by student."""
        lines = (self.output / "grades-moodle.csv").read_text(encoding="utf-8-sig")
        return {line["Username"]: line for line in csv.DictReader(io.StringIO(lines))}

    def page(self, student: str) -> str:
        """Give a student's feedback."""
        return (self.output / "feedback" / f"{file_name(student)}.html").read_text(encoding="utf-8")


def fingerprint(*folders: Path) -> dict[str, bytes]:
    """Give all files below folders with their contents, but for what Python keeps of them."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def children_of_mine() -> set[int]:
    """Give the processes below this one."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.fixture(scope="module")
def attacked() -> Iterator[Class]:
    """Give a class in which nearly everybody means harm, graded; in a folder that other users may enter, as those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="class-")).resolve()
    folder.chmod(0o755)
    (folder / "course").mkdir()
    it = Class(folder)
    for name in ("victim", "zoe"):
        it.hand_in(name, SOLUTION)
    for name, (code, _) in (HARMS | FORGERIES).items():
        it.hand_in(name, code)
    before = fingerprint(it.course, it.handed_in)
    it.pids = children_of_mine()  # type: ignore[attr-defined]
    assert it.grade() == 0
    it.unharmed = fingerprint(it.course, it.handed_in) == before  # type: ignore[attr-defined]
    yield it
    shutil.rmtree(folder)


@pytest.mark.timeout(400)
def test_the_honest_are_graded_as_ever(attacked: Class) -> None:
    """Between all the others, right answers get every point."""
    for name in ("victim", "zoe"):
        assert [task["status"] for task in attacked.tasks(name)] == ["passed", "passed"]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", HARMS)
def test_harm_gets_a_verdict_with_a_reason(name: str, attacked: Class) -> None:
    """Whoever harms, hangs or breaks gets a failed task that says why; no traceback, no hang, no empty line."""
    first = next(task for task in attacked.tasks(name) if task["status"] != "passed")
    assert first["status"] == "failed"
    assert attacked.placed(HARMS[name][1])[:120] in first["got"]
    assert first["got"]
    assert "Traceback" not in attacked.page(name)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", FORGERIES)
def test_what_an_answer_wrote_itself_is_not_believed(name: str, attacked: Class) -> None:
    """A forged success is none, and the instructor is told where an answer reached too far."""
    tasks = attacked.tasks(name)
    assert [task["status"] for task in tasks if task["status"] == "passed"] == []
    assert FORGERIES[name][1] in " ".join(task["got"] for task in tasks)


def test_nobody_else_was_harmed(attacked: Class) -> None:
    """The course and what others handed in are as they were."""
    assert attacked.unharmed  # type: ignore[attr-defined]
    assert not (attacked.course / "evil").exists()


def test_nothing_is_left_running(attacked: Class) -> None:
    """No process that a submission started is left, in whatever session it went."""
    left = [p for p in psutil.process_iter(["cmdline"]) if MARK in (p.info["cmdline"] or [])]
    assert left == []


def test_the_instructor_is_told_what_to_look_at(attacked: Class) -> None:
    """Refusals and imports of the grading's own parts stand beside the points and on the page."""
    grades = attacked.grades()
    assert "patches_expect.py" not in grades
    assert f"{ANSWER} mentions poolschool" in grades["patches_expect"]["Feedback"]
    assert "removing" in grades["deletes_a_classmate"]["Feedback"]
    assert "To look at" in (attacked.output / "grades.html").read_text(encoding="utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Class:
    """Give a class that nobody has handed in to."""
    (tmp_path / "course").mkdir()
    (tmp_path / "handed in").mkdir()
    return Class(tmp_path)


def zipped(names: dict[str, bytes]) -> bytes:
    """Make a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return content.getvalue()


@cache  # made when asked for: a zip bomb takes a second
def files_handed_in() -> dict[str, tuple[dict[str, bytes], int, str]]:
    """Give files as they are handed in, the tasks passed, and a word of what the student is told."""
    return {
        "in the course's layout": ({f"exercises/p1_why/{ANSWER}": SOLUTION.encode()}, 2, "2 of 2 tasks passed"),
        "a zip": ({"work.zip": zipped({f"x/p1_why/{ANSWER}": SOLUTION.encode()})}, 2, "2 of 2 tasks passed"),
        "nothing": ({"readme.txt": b"Hello"}, 0, "There is no file l01_lamps.py."),
        "another name": ({"lamps.py": SOLUTION.encode()}, 0, "Is it lamps.py? Rename it."),
        "latin-1": ({ANSWER: b"'''\xfcber'''\n" + SOLUTION.encode()}, 0, "saved as UTF-8, but as Windows-1252"),
        "latin-1, declared": ({ANSWER: b"# coding: latin-1\n# \xfcber\n" + SOLUTION.encode()}, 2, "2 of 2"),
        "utf-16": ({ANSWER: SOLUTION.encode("utf-16")}, 0, "your file is saved as UTF-16"),
        "with a byte order mark": ({ANSWER: SOLUTION.encode("utf-8-sig")}, 2, "2 of 2"),
        "huge": ({ANSWER: b"#" * 2_000_000}, 0, "it has more than 1,000,000 bytes"),
        "a zip bomb": ({"work.zip": zipped({ANSWER: b"#" * 300_000_000})}, 0, "more than 1,000,000 bytes"),
        "a zip that slips": ({"work.zip": zipped({f"../../../../{ANSWER}": SOLUTION.encode()})}, 2, "2 of 2"),
        "no zip": ({"work.zip": b"PK\x03\x04 no"}, 0, "could not be unpacked"),
        "its own checker": (
            {ANSWER: STUB.encode(), "l01_lamps_test.py": b"def test_add(): pass\ndef test_add_more(): pass\n"},
            0,
            "Not used, for the course&#39;s own is: l01_lamps_test.py.",
        ),
        "its own conftest": (
            {
                ANSWER: STUB.encode(),
                "conftest.py": b"def pytest_pyfunc_call(pyfuncitem): return True\n",
                "pytest.ini": b"",
            },
            0,
            "Not used, for the course&#39;s own is: conftest.py",
        ),
        "its own pytest": (
            {ANSWER: STUB.encode(), "pytest.py": b"", "sqlalchemy.py": b"", "os.py": b""},
            0,
            "Not used",
        ),
        "its own sitecustomize": (
            {ANSWER: STUB.encode(), "sitecustomize.py": b"import os; os._exit(0)"},
            0,
            "Not used",
        ),
    }


@pytest.mark.timeout(120)
def test_whatever_files_are_handed_in(small: Class, tmp_path: Path) -> None:
    """Layouts, zips, encodings, wrong names and parts of the grading: each is told in words."""
    for name, (files, _, _) in files_handed_in().items():
        for place, content in files.items():
            small.hand_in(name, content, place)
    secret = tmp_path / "secret.py"
    secret.write_text(SOLUTION, encoding="utf-8")
    for name in ("link", "fifo", "folder"):
        (small.handed_in / name).mkdir()
    (small.handed_in / "link" / ANSWER).symlink_to(secret)
    (small.handed_in / "linked folder").symlink_to(tmp_path)
    os.mkfifo(small.handed_in / "fifo" / ANSWER)
    (small.handed_in / "folder" / ANSWER).mkdir()
    assert small.grade() == 0
    for name, (_, passed, says) in files_handed_in().items():
        assert [task["status"] for task in small.tasks(name)].count("passed") == passed, name
        assert says in small.page(name), name
    for name in ("link", "fifo", "folder"):
        assert "and no file of its own" in small.page(name), name
    assert small.tasks("linked folder")[0]["status"] == "failed"


def test_a_class_as_an_lms_hands_it_over(small: Class) -> None:
    """Moodle's folders, Canvas's files and zips of one's own are matched; strangers and missing ones are named."""
    small.hand_in("Ada Lovelace_123_assignsubmission_file_", SOLUTION)
    (small.handed_in / "hoppergrace_12_345_l01_lamps.py").write_text(SOLUTION, encoding="utf-8")
    (small.handed_in / "turing.zip").write_bytes(zipped({ANSWER: SOLUTION.encode()}))
    (small.handed_in / "stranger.zip").write_bytes(zipped({ANSWER: STUB.encode()}))
    small.hand_in("noether", SOLUTION)
    small.hand_in("noether@example.org", STUB, f"p1_why/{ANSWER}")
    lines = "login,name,email\nada,Ada Lovelace,\nhoppergrace,Grace Hopper,\nturing,Alan Turing,\nnoether,Emmy,noether@example.org\nmissing,Nobody,\n"
    small.roster.write_text(lines, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOLSCHOOL_ROOT", str(small.course))
        assert grade_class(small.handed_in, small.roster, small.output, ("lamps",), 2) == 0
    grades = small.grades()
    points = {name: line["Lamps"] for name, line in grades.items()}
    assert points == {"ada": "2", "hoppergrace": "2", "turing": "2", "noether": "0", "missing": ""}
    unknown = (small.output / "grades-unknown.csv").read_text(encoding="utf-8-sig")
    (stranger,) = csv.DictReader(io.StringIO(unknown))
    assert (stranger["Known as"], stranger["Lamps"]) == ("stranger", "0")
    assert "Nobody in the list is known as “stranger”." in stranger["Why"]
    assert "missing" in grades["missing"]["Feedback"]
    assert f"p1_why/{ANSWER} was graded, and not {ANSWER}." in grades["noether"]["Feedback"]


def test_names_and_outputs_that_nothing_can_show(small: Class, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are not UTF-8 in names, escapes in names and outputs: all are graded, no escape reaches anybody."""
    loud = f"{SOLUTION}\nprint('\\x1b[31m', chr(155), '<b>')\n"
    small.hand_in("M\udcfcller", loud)
    small.hand_in("M\udcfcller", b"\xe9", "r\udce9sum\udce9/conftest.py")
    small.hand_in("\x1b[2Jeve", STUB)
    small.hand_in("eve", loud.replace("a + b", "chr(27) + '<i>'"))
    (small.handed_in / "r\udce9sum\udce9.zip").write_bytes(zipped({ANSWER: SOLUTION.encode()}))
    small.roster.write_text("login,name\nmueller,Müller\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOLSCHOOL_ROOT", str(small.course))
        assert grade_class(small.handed_in, small.roster, small.output, ("lamps",), 2) == 0
    assert small.grades()["mueller"]["Lamps"] == "2"
    unknown = (small.output / "grades-unknown.csv").read_text(encoding="utf-8-sig")
    assert "résumé" in unknown
    texts = [path.read_text(encoding="utf-8") for path in small.output.rglob("*.*") if path.suffix != ".json"]
    for text in (*texts, capsys.readouterr().out):
        assert not {"\x1b", "\x9b"} & set(text)
    assert not [text for text in texts if "<i>" in text and "<!doctype" in text]


def test_a_second_run_goes_on(small: Class, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody changed is not graded again; a changed answer, a changed checker and a damaged memory are."""
    small.hand_in("ada", STUB)
    small.hand_in("bob", SOLUTION)

    def said() -> str:
        small.grade()
        return next(line for line in capsys.readouterr().out.splitlines() if "graded" in line and "." in line)

    assert said() == "2 graded."
    assert said() == "0 graded, 2 unchanged since the last time."
    small.hand_in("ada", SOLUTION)
    assert said() == "1 graded, 1 unchanged since the last time."
    assert small.grades()["ada"]["Lamps"] == "2"
    (small.output / "state" / "bob.json").write_text("{", encoding="utf-8")
    assert said() == "1 graded, 1 unchanged since the last time."
    checker = small.course / "exercises/p1_why/l01_lamps_test.py"
    checker.write_text(checker.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert said() == "2 graded."


def test_a_stopped_run_goes_on(small: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with what is done; the next run grades the rest."""
    for name in ("ada", "bob", "cyd", "dan"):
        small.hand_in(name, f"import time\ntime.sleep(0.5)\n{SOLUTION}")
    real: Any = __import__("poolschool.teaching.classroom.grading_run", fromlist=["as_completed"]).as_completed

    def stopped(jobs: Any) -> Iterator[Any]:
        for number, job in enumerate(real(jobs)):
            if number == 1:
                raise KeyboardInterrupt
            yield job

    monkeypatch.setattr("poolschool.teaching.classroom.grading_run.as_completed", stopped)
    assert small.grade(workers=1) == 130
    kept = {path.stem for path in (small.output / "state").iterdir()}
    assert {"ada"} <= kept < {"ada", "bob", "cyd", "dan"}
    monkeypatch.undo()
    assert small.grade() == 0
    assert {line["Lamps"] for line in small.grades().values()} == {"2"}


def test_what_could_not_be_judged_is_nobodys_fault(small: Class) -> None:
    """A checker that breaks is not held against anybody, and tried again the next time."""
    small.hand_in("ada", SOLUTION)
    checker = small.course / "exercises/p1_why/l01_lamps_test.py"
    sound = checker.read_text(encoding="utf-8")
    (small.course / "solutions/p1_why" / ANSWER).unlink()
    checker.write_text(sound.replace("import pytest", "import pytest, no_such_thing"), encoding="utf-8")
    small.grade()
    assert {task["status"] for task in small.tasks("ada")} == {"error"}
    assert "run the command again" in small.grades()["ada"]["Feedback"]
    assert "not your mistake" in small.page("ada")
    checker.write_text(sound, encoding="utf-8")
    small.grade()
    assert small.grades()["ada"]["Lamps"] == "2"


def test_nobody_is_graded_where_the_solution_fails(small: Class) -> None:
    """If the course's own solution does not pass here, that is told instead of grades."""
    small.hand_in("ada", SOLUTION)
    (small.course / "solutions/p1_why" / ANSWER).write_text(STUB, encoding="utf-8")
    with pytest.raises(
        UserMistake, match=r"own solution of lamps does not pass task 1 on this machine: -1\. Nobody was"
    ):
        small.grade()
    assert not small.output.exists()


def test_a_page_for_each_student(small: Class) -> None:
    """What was handed in is shown as text, the lesson is linked, and a name makes no path."""
    small.hand_in("ada", "def add(a, b):\n    return '<script>alert(1)</script>'\n")
    small.hand_in("Bob & Söhne <b>", STUB)
    small.grade(site="https://school.example/pools")
    page = small.page("ada")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    for words in ("add(2, 3)", "Plus, not minus.", "Minus takes away."):
        assert words in small.page("Bob & Söhne <b>")
    assert 'href="https://school.example/pools/p1_why/l01_lamps/#minus"' in small.page("Bob & Söhne <b>")
    assert re.search(r'href="feedback/[\w.@+-]+\.html"', (small.output / "grades.html").read_text(encoding="utf-8"))


def test_what_libraries_look_for_is_not_held_against_an_answer(small: Class) -> None:
    """Entry points and versions are looked for in every folder of sys.path; that is no attempt at anything."""
    asks = "from importlib.metadata import entry_points, version\nentry_points(), version('sqlalchemy')\n"
    small.hand_in("ada", f"import sys\nsys.path.append('COURSE/solutions')\n{asks}{SOLUTION}")
    small.grade()
    assert [task["status"] for task in small.tasks("ada")] == ["passed", "passed"], small.tasks("ada")


def test_wrong_folders_are_told(small: Class, tmp_path: Path) -> None:
    """No folder, an empty one, and an output among the submissions are refused in words."""
    with pytest.raises(UserMistake, match="is empty"):
        small.grade()
    small.hand_in("ada", SOLUTION)
    small.output = small.handed_in / "graded"
    with pytest.raises(UserMistake, match="lies among the submissions"):
        small.grade()
    with pytest.raises(UserMistake, match="There is no folder"):
        grade_class(tmp_path / "none", None, tmp_path / "out", ())


def test_every_grade_is_kept_as_data(small: Class) -> None:
    """What is kept of a student is the results file that all graders write."""
    small.hand_in("ada", STUB)
    small.grade()
    kept = json.loads((small.output / "state" / "ada.json").read_text(encoding="utf-8"))
    assert kept["results"]["schema"] == "poolschool/results/v1"
    assert [task["status"] for task in kept["results"]["lessons"][0]["tasks"]] == ["failed", "blocked"]
    assert load_course(small.course).lesson("lamps").title == kept["results"]["lessons"][0]["title"]


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_this_machine_says_what_it_has(capsys: pytest.CaptureFixture[str], small: Class) -> None:
    """What holds the submissions is said, so that nobody believes in more."""
    small.hand_in("ada", SOLUTION)
    small.grade()
    assert ("the kernel's Landlock" in capsys.readouterr().out) is (landlock() > 0)
