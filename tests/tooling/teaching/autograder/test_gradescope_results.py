"""What Gradescope's results.json says of a submission, whatever was handed in."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import psutil
import pytest
from fake_course import SOLUTION, STUB
from gradescope_service import SCHEMA, hand_in, script, service

from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.teaching.autograder.results import gradescope

GOLDEN = Path(__file__).parents[2] / "golden"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the service's scripts are for Linux")


# What is handed in, and what the first task and the whole say.
SUBMISSIONS: dict[str, tuple[dict[str, str], str, str]] = {
    "right": ({"l01_lamps.py": SOLUTION}, "", "2 of 2 tasks passed."),
    "the untouched stub": (
        {"l01_lamps.py": STUB},
        "You called: add(2, 3)\nGot: -1\nExpected: 5\nHint: Plus, not minus.\nWhy: Minus takes away.\nRead more: https://school.example/pools/p1_why/l01_lamps/#minus",
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
        "Printed: \\x07\\ud800",
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
