"""The zip for Gradescope: its scripts, run in a folder as the service runs them, and what results.json says."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest
from fake_course import SOLUTION, STUB, make_course
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root, load_course
from poolschool.grading.answers import gather
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.teaching.autograder.gradescope_export import export_gradescope
from poolschool.teaching.autograder.requirements import grading_requirements
from poolschool.teaching.autograder.results import gradescope

REAL = find_root(Path(__file__))
GOLDEN = Path(__file__).parents[2] / "golden"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the service's scripts are for Linux")

# Written from https://gradescope-autograders.readthedocs.io/en/latest/specs/ ; stricter where we always give a field.
VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
SCHEMA = {
    "type": "object",
    "required": ["output", "tests", "stdout_visibility"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number", "minimum": 0},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["score", "max_score", "status", "name", "number", "output", "tags", "visibility"],
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "exclusiveMinimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "number": {"type": "string", "pattern": r"^\d+\.\d+$"},
                    "output": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
                    "visibility": VISIBILITY,
                },
            },
        },
    },
    # A score for the whole is needed only where no test has one.
    "if": {"properties": {"tests": {"maxItems": 0}}},
    "then": {"required": ["score"]},
}


def service(made: Path) -> Path:
    """Lay a zip out as the service does: source/, a copy of run_autograder, and folders for submission and results."""
    root = Path(tempfile.mkdtemp(prefix="autograder-"))
    root.chmod(0o755)  # as /autograder is: other users may pass
    with zipfile.ZipFile(made) as archive:
        for entry in archive.infolist():
            archive.extract(entry, root / "source")
            (root / "source" / entry.filename).chmod(stat.S_IMODE(entry.external_attr >> 16))
    shutil.copy2(root / "source" / "run_autograder", root / "run_autograder")
    (root / "results").mkdir()
    done = script(root, root / "source" / "setup.sh")
    assert done.returncode == 0, done.stderr
    return root


def script(root: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run one of the zip's scripts, with the shipped source before the installed one."""
    own = {"POOLSCHOOL_AUTOGRADER": str(root), "POOLSCHOOL_PYTHON": sys.executable}
    source = {"PYTHONPATH": str(root / "source" / "course" / "src"), "PATH": os.environ["PATH"]}
    return subprocess.run([path], cwd=root, env=own | source, capture_output=True, text=True, timeout=100, check=False)


def hand_in(root: Path, files: dict[str, str]) -> dict[str, Any]:
    """Replace the submission, run the autograder and give the checked results."""
    shutil.rmtree(root / "submission", ignore_errors=True)
    for name, text in files.items():
        path = root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = script(root, root / "run_autograder")
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, SCHEMA)
    return results


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fake course that has the real lock."""
    root = make_course(tmp_path_factory.mktemp("course"))
    (root / ".ci").mkdir()
    shutil.copy(REAL / ".ci" / "requirements.lock", root / ".ci")
    return root


@pytest.fixture(scope="module")
def export(fake: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a function that exports the fake course and gives the zip."""

    def exported(*topics: str, **options: Any) -> Path:
        output = tmp_path_factory.mktemp("export")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POOLSCHOOL_ROOT", str(fake))
            assert export_gradescope(topics, output, **options) == 0
        return output / "gradescope.zip"

    return exported


@pytest.fixture(scope="module")
def root(export: Callable[..., Path]) -> Iterator[Path]:
    """Give the fake course's autograder, set up."""
    folder = service(export("lamps", points={"lamps": 2.5}, site="https://school.example/pools/"))
    yield folder
    shutil.rmtree(folder)


def test_the_zip_is_what_the_service_wants(export: Callable[..., Path]) -> None:
    """Both scripts lie in the zip's root and may be executed; nothing else may."""
    with zipfile.ZipFile(export()) as archive:
        rights = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()}
    assert {name for name, mode in rights.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
    assert "requirements.txt" in rights


def test_the_same_course_gives_the_same_bytes(export: Callable[..., Path]) -> None:
    """Two exports do not differ in a single byte."""
    assert export("lamps").read_bytes() == export("lamps").read_bytes()


def test_no_solution_and_no_other_lesson_is_shipped(export: Callable[..., Path]) -> None:
    """A zip holds the checkers that were asked for, and no worked solution, no quiz and no proof."""
    with zipfile.ZipFile(export("lamps")) as archive:
        names = archive.namelist()
    assert "course/exercises/p1_why/l01_lamps_test.py" in names
    assert not [name for name in names if "chairs" in name or name.startswith("course/solutions")]
    assert [name for name in names if name.startswith("course/quizzes")] == ["course/quizzes/beliefs.toml"]


def test_the_shipped_source_is_what_runs(root: Path) -> None:
    """The scripts of these tests run the source in the zip, which holds the rooms that grading stands on."""
    shipped = root / "source" / "course" / "src" / "poolschool"
    rooms = {"", "course", "grading", "confined", "database", "teaching", "teaching/autograder"}
    assert {path.parent.relative_to(shipped).as_posix().removeprefix(".") for path in shipped.rglob("*.py")} == rooms
    command = [sys.executable, "-P", "-c", "import poolschool; print(poolschool.__file__)"]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(shipped.parent)}, capture_output=True, text=True, check=True, cwd=root
    )
    assert Path(done.stdout.strip()).parent == shipped


@pytest.mark.timeout(180)
def test_worked_solutions_of_real_lessons_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The course's own solutions get every point, also where a lesson needs PostgreSQL, which the autograder starts itself."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(REAL))
    topics = ("why_pooling", "cost_of_connecting")
    export_gradescope(topics, tmp_path / "real.zip")
    folder = service(tmp_path / "real.zip")
    try:
        lessons = [load_course(REAL).lesson(topic) for topic in topics]
        results = hand_in(
            folder, {f"{lesson.module}.py": lesson.solution.read_text(encoding="utf-8") for lesson in lessons}
        )
    finally:
        shutil.rmtree(folder)
    assert [test["output"] for test in results["tests"] if test["status"] != "passed"] == []
    assert sum(test["score"] for test in results["tests"]) == sum(test["max_score"] for test in results["tests"]) > 5


# What is handed in, and what the first task and the whole say.
SUBMISSIONS: dict[str, tuple[dict[str, str], str, str]] = {
    "right": ({"l01_lamps.py": SOLUTION}, "", "2 of 2 tasks passed."),
    "the untouched stub": (
        {"l01_lamps.py": STUB},
        "called: add(2, 3)\ncame back: -1\nexpected: 5\nhint: Plus, not minus.\nso it is: Minus takes away.\nread: https://school.example/pools/p1_why/l01_lamps/#minus",
        "0 of 2 tasks passed.",
    ),
    "no file": ({"readme.txt": "Hello"}, "there is no file p1_why/l01_lamps.py", "There is no file l01_lamps.py."),
    "another name": (
        {"my lamps (1).py": SOLUTION},
        "there is no file p1_why/l01_lamps.py",
        "Is it my lamps (1).py? Rename it.",
    ),
    "endless loop": (
        {"l01_lamps.py": "def add(a, b):\n    while True:\n        pass\n"},
        "no end after 2 s, still at line",
        "0 of 2 tasks passed.",
    ),
    "os._exit": (
        {"l01_lamps.py": "import os\ndef add(a, b):\n    os._exit(0)\n"},
        "the whole process ended with exit code 0",
        "0 of 2 tasks passed.",
    ),
    "half a character": (
        {"l01_lamps.py": "def add(a, b):\n    print('\\x07\\ud800')\n    return 0\n"},
        "printed: \\x07\\ud800",
        "0 of 2 tasks passed.",
    ),
}


@pytest.mark.parametrize("case", SUBMISSIONS)
def test_a_submission_gets_its_results(case: str, root: Path) -> None:
    """Whatever is handed in, results.json is valid and says per task what came of it."""
    files, says, summary = SUBMISSIONS[case]
    results = hand_in(root, files)
    assert summary in results["output"]
    assert len(results["tests"]) == 2
    assert says in results["tests"][0]["output"]
    passed = case.startswith("right")
    assert [test["score"] for test in results["tests"]] == ([2.5, 2.5] if passed else [0, 0])
    assert "Traceback" not in json.dumps(results)


def test_a_zip_inside_the_submission_is_opened(root: Path) -> None:
    """A student who hands in a zip of the exercises folder is graded as if they had handed in the folder."""
    shutil.rmtree(root / "submission", ignore_errors=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("course/exercises/p1_why/l01_lamps.py", SOLUTION)
    (root / "submission").mkdir(exist_ok=True)
    (root / "submission" / "work.zip").write_bytes(packed.getvalue())
    script(root, root / "run_autograder")
    assert json.loads((root / "results" / "results.json").read_text())["output"] == "2 of 2 tasks passed."


# It looks for pipes among its own parents only: the grader that this test has started, and nobody else's processes.
FORGER = """
import glob, os, sys

FORGED = ' {"schema": "poolschool/results/v1", "lessons": [{"topic": "lamps", "title": "", "stem": "", "tasks": [' \\
    '{"task": 1, "title": "", "status": "passed"}, {"task": 2, "title": "", "status": "passed"}]}]}\\n'
RESULTS = RESULTS_HERE

def graders():
    parent = os.getppid()
    while parent > 1:
        with open(f'/proc/{parent}/cmdline', 'rb') as file:
            line = file.read()
        if b'autograder.run_one' in line:
            yield parent
        elif b'forkserver' not in line:
            return
        with open(f'/proc/{parent}/stat') as file:
            parent = int(file.read().rpartition(')')[2].split()[1])

def add(a, b):
    for process in graders():
        for pipe in glob.glob(f'/proc/{process}/fd/*'):
            try:
                if os.readlink(pipe).startswith('pipe:'):
                    os.write(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), FORGED.encode())
            except OSError:
                pass
    again = 'import time\\nfor _ in range(300):\\n  try: open(%r, "w").write("{}")\\n  except OSError: pass\\n  time.sleep(0.1)' % RESULTS
    if os.fork() == 0:  # away from every parent and group
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, '-c', again])
        os._exit(0)
    return 0
"""


def test_a_result_that_the_answer_wrote_is_not_believed(root: Path) -> None:
    """An answer that writes verdicts into its grader's pipes, and leaves a process that writes results.json, gets nothing."""
    target = str(root / "results" / "results.json")
    results = hand_in(root, {"l01_lamps.py": FORGER.replace("RESULTS_HERE", repr(target))})
    assert [(test["status"], test["score"]) for test in results["tests"]] == [("failed", 0), ("failed", 0)]
    left = [
        process for process in psutil.process_iter(["cmdline"]) if target in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []
    time.sleep(0.3)
    jsonschema.validate(json.loads(Path(target).read_text(encoding="utf-8")), SCHEMA)


def test_an_answer_does_not_run_as_root(root: Path) -> None:
    """Where the autograder is root, as on the service, the answer is nobody; unless nobody cannot run this Python."""
    results = hand_in(
        root, {"l01_lamps.py": "import os\ndef add(a, b):\n    print('user', os.getuid())\n    return 0\n"}
    )
    user = int(results["tests"][0]["output"].rpartition("user ")[2].split()[0])
    if os.geteuid() == 0:
        try:
            command = [sys.executable, "-c", "import poolschool.grading.grader"]
            subprocess.run(command, cwd="/", user="nobody", group="nogroup", extra_groups=[], check=True)
        except (OSError, subprocess.CalledProcessError):
            assert user == 0
        else:
            assert user != 0
    else:
        assert user == os.getuid()


def test_an_answer_sees_no_secret_of_the_service(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the service's environment an answer sees the few variables that programs need."""
    results = hand_in(
        root, {"l01_lamps.py": "import os\ndef add(a, b):\n    print('sees', *sorted(os.environ))\n    return 0\n"}
    )
    seen = set(results["tests"][0]["output"].rpartition("sees ")[2].split())
    allowed = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME", "TMPDIR"}
    assert {name for name in seen - allowed if not name.startswith(("POOLSCHOOL_", "PYTEST_"))} == set()


def test_when_the_time_of_the_service_is_over_what_was_graded_counts(export: Callable[..., Path]) -> None:
    """A submission that uses the whole time up keeps its first lesson, and is told what was not reached."""
    folder = service(export())
    try:
        plan = folder / "source" / "grading.json"
        plan.write_text(json.dumps(json.loads(plan.read_text()) | {"seconds": 6}), encoding="utf-8")
        endless = "while True:\n    pass\n"  # at import: 10 s
        results = hand_in(folder, {"l01_lamps.py": SOLUTION, "l02_chairs.py": endless})
    finally:
        shutil.rmtree(folder)
    assert [test["score"] for test in results["tests"]] == [1, 1, 0, 0]
    assert "the 6 s for one submission were over before this lesson" in results["tests"][2]["output"]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("source/grading.json", "The grading could not be run."),
        ("source/course/exercises/p1_why/l01_lamps_test.py", "The grading could not be run."),
        ("source/course/src", "The grading could not be started."),
    ],
)
def test_a_broken_autograder_says_so_in_valid_results(broken: str, says: str, export: Callable[..., Path]) -> None:
    """If the autograder itself is damaged, results.json is valid all the same and does not blame the student."""
    folder = service(export("lamps"))
    try:
        path = folder / broken
        if path.is_dir():
            (path / "poolschool" / "teaching" / "autograder" / "gradescope_run.py").write_text(
                "this is no Python", encoding="utf-8"
            )
        else:
            path.write_text("(", encoding="utf-8")
        results = hand_in(folder, {"l01_lamps.py": SOLUTION})
    finally:
        shutil.rmtree(folder)
    assert results["score"] == 0
    assert results["output"].startswith(f"{says} This is not your mistake")


def verdicts() -> list[LessonResult]:
    """Give a result with every kind of verdict."""
    failed = Verdict(
        2,
        "Give back",
        "failed",
        called="close()",
        got="1 connection still out",
        expected="0",
        hint="Use `with`.",
        belief="close_at_the_end",
        where="l09_leaks.py:7",
        code="    return row",
        output="\x07ready",
        seconds=0.25,
    )
    leaks = LessonResult(
        "leaks",
        "Leaks",
        "p3_breaks/l09_leaks",
        (
            Verdict(1, "Open", "passed", seconds=0.5),
            failed,
            Verdict(3, "Again", "blocked", got="waits until task 2 passes"),
        ),
    )
    broken = LessonResult(
        "sizing", "Size | it", "p4_scale/l13_sizing", (Verdict(1, "Size", "error", got="no database"),)
    )
    return [leaks, broken]


TRUTHS = {
    "close_at_the_end": ("A `with` block gives back on every way out.", "docs/p1_why/l01_why.md#close_at_the_end")
}


def test_results_look_as_agreed() -> None:
    """Every kind of verdict stands in results.json as the golden file shows it."""
    made = gradescope(
        verdicts(),
        ["a.py was graded, and not b.py."],
        TRUTHS,
        points={"leaks": 2},
        site="https://school.example",
        seconds=12.3,
    )
    jsonschema.validate(made, SCHEMA)
    assert made == json.loads((GOLDEN / "gradescope_results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("topics", "options", "says"),
    [
        (("lampes",), {}, "There is no lesson 'lampes'. Did you mean: lamps"),
        (("lamps",), {"points": {"lamps": 0}}, "0 points for each task of lamps cannot be given."),
    ],
)
def test_a_wrong_wish_is_told(topics: tuple[str, ...], options: Any, says: str, export: Callable[..., Path]) -> None:
    """An unknown topic and impossible points are refused in words."""
    with pytest.raises(UserMistake, match=says):
        export(*topics, **options)


def test_a_lesson_without_an_exercise_is_refused(fake: Path, export: Callable[..., Path]) -> None:
    """A lesson that has no exercise cannot be exported, and is named."""
    page = fake / "docs/p1_why/l02_chairs.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("{reading: 10, exercise: 5}", "{reading: 10}\nexercise: false"), encoding="utf-8")
    try:
        with pytest.raises(UserMistake, match="chairs has no exercise"):
            export("chairs")
    finally:
        page.write_text(text, encoding="utf-8")


def named(requirements: str) -> set[str]:
    """Give the names of a requirements file."""
    return {line.partition("==")[0] for line in requirements.splitlines() if line[:1].isalnum()}


IMPORT_ALL = """
import ast, importlib, sys

modules, hidden, *files = sys.argv[1:]

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in hidden.split():
            raise ModuleNotFoundError(f'{name} is not among the requirements', name=name)

sys.meta_path.insert(0, Hide())
for module in modules.split():
    importlib.import_module(f'poolschool.{module}')
for file in files:
    with open(file, encoding='utf-8') as source:
        tree = ast.parse(source.read())
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name not in file:  # a checker imports the answer
                importlib.import_module(name)
print(*{name.partition('.')[0] for name in sys.modules})
"""


def test_the_requirements_hold_all_that_grading_imports() -> None:
    """Grading, checkers and solutions find all that they import where nothing is installed but the requirements file."""
    modules = "confined.worker grading.judge database.server database.keeper teaching.autograder.run_one "
    modules += "teaching.autograder.gradescope_run teaching.autograder.classroom50_run"
    requirements = grading_requirements(REAL)
    known = packages_distributions()
    wanted = named(requirements) | {"poolschool"}
    hidden = [name for name, parts in known.items() if not wanted & {str(canonicalize_name(part)) for part in parts}]
    lessons = [lesson for lesson in load_course(REAL).lessons if lesson.has_exercise]
    files = [str(path) for lesson in lessons for path in (lesson.checker, lesson.solution)]
    command = [sys.executable, "-P", "-W", "ignore", "-c", IMPORT_ALL, modules, " ".join(hidden), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "mkdocs" in hidden
    assert done.stderr == ""
    assert "sqlalchemy" in done.stdout
    assert requirements.count("--hash=sha256:") > len(named(requirements))


def test_the_requirements_are_closed() -> None:
    """What a part of the requirements file needs on this machine is in the file too."""
    parts = named(grading_requirements(REAL))
    lacking = set()
    for part in parts:
        try:
            needs = [Requirement(text) for text in requires(part) or ()]
        except PackageNotFoundError:  # of another system
            continue
        lacking |= {
            str(canonicalize_name(needed.name))
            for needed in needs
            if needed.marker is None or needed.marker.evaluate({"extra": ""})
        } - parts
    assert lacking == set()


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
    assert notes[0] == "l01_lamps.py was not graded: it is a link or no file."
