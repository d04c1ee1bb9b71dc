"""Whatever a learner's code does, it becomes a verdict in words, in time, and the other lessons are graded."""

import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from fake_course import SOLUTION, answer, make_course
from lean import LEAN
from learner_run import run_exercises

from poolschool.course.lessons import load_course
from poolschool.grading.grader import Grader
from poolschool.grading.verdict import LessonResult, Verdict, results_from_json
from poolschool.grading.words import words

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="signals end processes otherwise on Windows")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fresh fake course."""
    return make_course(tmp_path)


@pytest.fixture(scope="module")
def grader() -> Grader:
    """Keep one warm grader for the module."""
    return Grader()


def grade(grader: Grader, root: Path, topic: str = "lamps") -> LessonResult:
    """Grade a lesson of the fake course."""
    return grader.grade(load_course(root).lesson(topic), root / "exercises")


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `pytest exercises` as a learner does."""
    return run_exercises(root, *words, **LEAN)


# What the learner's code is, and what the verdict says of it. Every text here is read by people.
MISHAPS = {
    "syntax error": ("def add(a, b)\n    return a + b\n", "a syntax error: expected ':'", "l01_lamps.py:1"),
    "missing name": ("def sum(a, b):\n    return a + b\n", "your file has no `add`", "l01_lamps.py"),
    "near name": ("def ad(a, b):\n    return a + b\n", "Did you mean it by `ad`?", "l01_lamps.py"),
    "wrong parameters": ("def add(a):\n    return a\n", "add() takes 1 positional argument but 2 were given", ""),
    "name error": ("def add(a, b):\n    return a + c\n", "NameError: name 'c' is not defined", "l01_lamps.py:2"),
    "endless loop": (
        "def add(a, b):\n    while True:\n        pass\n",
        "no end after 2 s, still at line",
        "l01_lamps.py:",
    ),
    "endless import": ("while True:\n    pass\n", "no end after 2 s, still at line", "l01_lamps.py:"),
    "deadlock": (
        "import threading\ndef add(a, b):\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()\n",
        "no end after 2 s, still at line 5: lock.acquire()",
        "l01_lamps.py:5",
    ),
    "sys.exit": (
        "import sys\ndef add(a, b):\n    sys.exit(3)\n",
        "the program ended itself: sys.exit(3)",
        "l01_lamps.py:3",
    ),
    "sys.exit at import": ("import sys\nsys.exit()\n", "the program ended itself: sys.exit()", "l01_lamps.py:2"),
    "os._exit": ("import os\ndef add(a, b):\n    os._exit(0)\n", "the whole process ended with exit code 0", ""),
    "endless output": (
        "def add(a, b):\n    while True:\n        try:\n            print('x' * 1000)\n        except Exception:\n            pass\n",
        "more than 200,000 characters of output",
        "l01_lamps.py:4",
    ),
    "leaked thread": (
        "import threading, time\ndef add(a, b):\n    threading.Thread(target=time.sleep, args=(60,), name='forgotten').start()\n    return a + b\n",
        "1 thread still running: forgotten",
        "",
    ),
    "input": ("def add(a, b):\n    return input('?')\n", "EOFError", "l01_lamps.py:2"),
    "recursion": (
        "def add(a, b):\n    return add(a, b)\n",
        "RecursionError: maximum recursion depth exceeded",
        "l01_lamps.py:2",
    ),
    "name imported nowhere": ("import poolls\n", "No module named 'poolls'", "l01_lamps.py:1"),
    "mixed tabs": (
        "def add(a, b):\n\tif a:\n        return a\n",
        "inconsistent use of tabs and spaces",
        "l01_lamps.py:3",
    ),
    "an exception that breaks": (
        "class Odd(Exception):\n    def __str__(self):\n        raise self\ndef add(a, b):\n    raise Odd\n",
        "Odd",
        "l01_lamps.py:5",
    ),
    "a very long answer": ("def add(a, b):\n    return 'x' * 1_000_000\n", "xxx…", ""),
    "half a character": ("def add(a, b):\n    raise ValueError('\\ud800')\n", "ValueError: \\ud800", "l01_lamps.py:2"),
    "keyboard interrupt": ("def add(a, b):\n    raise KeyboardInterrupt\n", "", ""),
    "wrong answer": ("def add(a, b):\n    return a * b\n", "6", ""),
    "empty file": ("", "your file has no `add`", "l01_lamps.py"),
    "not text": ("\x00\x01", "", ""),
    "closes its output": ("import sys\ndef add(a, b):\n    sys.stdout.close()\n    return a + b + 1\n", "6", ""),
}


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_becomes_a_verdict_in_words(
    mishap: str, course: Path, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first task fails with words for this mishap and its place, and the second waits."""
    monkeypatch.setattr("poolschool.grading.grader.IMPORT_SECONDS", 2.0)
    code, says, where = MISHAPS[mishap]
    answer(course, code)
    result = grade(grader, course)
    first, second = result.verdicts
    assert first.status == "failed", first
    told = words(result, replace(first, output=""), {})
    assert says in told, first
    assert first.where.startswith(where), first
    assert first.called
    assert first.expected
    assert second.status == "blocked"
    assert "Traceback" not in told
    assert len(told) < 2000


@POSIX_ONLY
def test_a_killed_process_becomes_a_verdict(course: Path, grader: Grader) -> None:
    """A crash in the middle of a task is told as such."""
    answer(course, "import os, signal\ndef add(a, b):\n    os.kill(os.getpid(), signal.SIGKILL)\n")
    assert "the whole process ended by signal 9" in grade(grader, course).verdicts[0].got


def test_after_a_hanging_task_the_next_is_graded(course: Path, grader: Grader) -> None:
    """A task that does not end costs its own verdict and not that of the next one."""
    answer(course, "import time\ndef add(a, b):\n    if a == 2: time.sleep(60)\n    return a + b\n")
    lesson = load_course(course).lesson("lamps")
    result = grader.grade(lesson, course / "exercises", ignore_needs=True)
    assert [verdict.status for verdict in result.verdicts] == ["failed", "passed"]


STORE = """from sqlalchemy import create_engine
engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout={timeout})
def add(a, b):
    kept = engine.connect()
    engine.connect()
"""
KEPT_AND_WAITED = [(4, "not returned"), (5, "gave up")]


def ends(verdict: Verdict) -> list[tuple[int, str]]:
    """Give line and end of all in the picture of a verdict."""
    return [(one["line"], one["end"]) for one in verdict.pool["borrowers"]]


def test_a_failed_verdict_says_who_used_the_pool(course: Path, grader: Grader) -> None:
    """Who kept a connection and who gave up comes with the verdict, goes into the results, and is drawn."""
    answer(course, STORE.format(timeout=0.1))
    failed = grade(grader, course).verdicts[0]
    assert ends(failed) == KEPT_AND_WAITED
    said = run(course, "exercises", "--results", str(course / "results.json")).stdout
    assert "→ never returned" in said
    assert re.search(r"1 line 4 +━+→", said), said
    kept = json.loads((course / "results.json").read_text(encoding="utf-8"))
    assert ends(results_from_json(kept)[0].verdicts[0]) == KEPT_AND_WAITED


@POSIX_ONLY
def test_who_waits_when_time_is_over_is_seen(course: Path, grader: Grader) -> None:
    """A wait that outlasts the task's time is in the picture: the worker is asked before it is ended."""
    answer(course, STORE.format(timeout=30))
    failed = grade(grader, course).verdicts[0]
    assert failed.got.startswith("no end after 2 s, still at line 5")
    assert ends(failed) == [(4, "not returned"), (5, "waits")]


@POSIX_ONLY
def test_a_signal_of_the_learners_own_keeps_no_verdict_back(course: Path, grader: Grader) -> None:
    """Who takes the signal's handler away gets the same verdict, without a picture."""
    answer(course, "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n" + STORE.format(timeout=30))
    failed = grade(grader, course).verdicts[0]
    assert failed.got.startswith("no end after 2 s, still at line 7")
    assert ends(failed) == []


def test_nothing_of_the_learner_is_left_running(course: Path, grader: Grader) -> None:
    """The processes that a learner's code started are gone after the grading."""
    answer(
        course,
        "import subprocess, sys\ndef add(a, b):\n    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(77)'])\n    child.wait()\n",
    )
    grade(grader, course)
    time.sleep(0.2)
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "time.sleep(77)" in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []


@POSIX_ONLY
def test_nothing_is_left_of_a_process_that_ended_itself(course: Path, grader: Grader) -> None:
    """What a learner's code started is ended even if the code that started it is gone already."""
    answer(
        course,
        "import os, subprocess\ndef add(a, b):\n    subprocess.Popen(['sleep', '78'])\n    os._exit(3)\n",
    )
    grade(grader, course)
    gone = time.monotonic() + 5
    while time.monotonic() < gone and (
        left := [process for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"] == ["sleep", "78"]]
    ):
        time.sleep(0.05)
    assert left == []


@POSIX_ONLY
def test_a_fork_does_not_grade_twice(course: Path, grader: Grader) -> None:
    """A learner's forked process that comes back into the checker cannot speak to the grader."""
    answer(course, "import os\ndef add(a, b):\n    os.fork()\n    return a + b\n")
    assert [verdict.status for verdict in grade(grader, course).verdicts] == ["passed", "passed"]


def test_a_hanging_end_keeps_the_verdicts(course: Path, grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that cannot come to its end after the last task has its verdicts all the same."""
    monkeypatch.setattr("poolschool.grading.grader.IMPORT_SECONDS", 2.0)
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    hanging = (
        "\n\n@pytest.fixture(scope='module', autouse=True)\ndef slow():\n    yield\n    __import__('time').sleep(60)\n"
    )
    checker.write_text(checker.read_text(encoding="utf-8") + hanging, encoding="utf-8")
    answer(course, SOLUTION)
    assert grade(grader, course).verdicts[0].status == "passed"


def test_a_name_that_the_checker_imports_is_told(course: Path, grader: Grader) -> None:
    """A checker that imports a name which the learner's file lacks says so, as if it had called it."""
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    text = checker.read_text(encoding="utf-8").replace(
        "import pytest", "import pytest\nfrom l01_lamps import adding", 1
    )
    checker.write_text(text, encoding="utf-8")
    (first, second) = grade(grader, course).verdicts
    assert (first.status, first.got, second.status) == ("failed", "your file has no `adding`", "blocked")


def test_a_checker_that_cannot_be_read_is_not_the_learners_fault(course: Path, grader: Grader) -> None:
    """A checker that breaks before its first task gives an `error` that names what broke."""
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    text = checker.read_text(encoding="utf-8").replace("import pytest", "import pytest\nNOTHING = 1 / 0", 1)
    checker.write_text(text, encoding="utf-8")
    (first, _) = grade(grader, course).verdicts
    assert (first.status, first.got) == ("error", "ZeroDivisionError: division by zero")
    assert "l01_lamps_test.py" in first.trace


def test_the_running_program_is_not_run_again(course: Path) -> None:
    """A script without a guard may grade: the worker does not import the program that asked for the grading."""
    script = course / "grade_all.py"
    script.write_text(
        "from pathlib import Path\nfrom poolschool.course.lessons import load_course\nfrom poolschool.grading.grader import Grader\n"
        "root = Path(__file__).parent\nprint('once')\n"
        "print(Grader().grade(load_course(root).lesson('lamps'), root / 'solutions').passed)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("once\n2\n", "")


def test_printed_words_are_shown_and_do_not_fake_a_verdict(course: Path, grader: Grader) -> None:
    """What a learner prints is kept for the report and changes nothing."""
    answer(course, "def add(a, b):\n    print('passed', '✓')\n    return 0\n")
    (first, _) = grade(grader, course).verdicts
    assert (first.status, first.output) == ("failed", "passed ✓")


def test_a_broken_checker_is_not_the_learners_fault(course: Path, grader: Grader) -> None:
    """An exception that does not come from the learner's code is an `error`."""
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    checker.write_text(
        checker.read_text(encoding="utf-8").replace("    expect(", "    1 / 0\n    expect(", 1), encoding="utf-8"
    )
    assert grade(grader, course).verdicts[0].status == "error"


def test_the_whole_course_is_told(course: Path) -> None:
    """`pytest exercises` tells each lesson, explains the first open task only, and ends with the course's progress."""
    answer(course, SOLUTION)
    done = run(course)
    assert done.returncode == 1
    assert done.stdout == (Path(__file__).parents[1] / "golden" / "one_lesson_open.txt").read_text(encoding="utf-8")


def test_one_hanging_lesson_does_not_stop_the_others(course: Path) -> None:
    """A lesson that cannot even be imported leaves the other lesson's verdicts as they are."""
    answer(course, "def add(a, b:\n")
    answer(course, SOLUTION, "chairs")
    done = run(course)
    assert "a syntax error" in done.stdout
    assert "✓ 2  Add more" in done.stdout
    assert "2 of 4 tasks, 1 of 2 lessons" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_frames_are_shown_on_request(course: Path) -> None:
    """With -v a failure also shows the learner's own frames, and without it none."""
    answer(course, "def add(a, b):\n    return a + nothing\n")
    assert "Traceback" not in run(course, "-k", "lamps").stdout
    assert "line 2, in add\n        return a + nothing" in run(course, "-k", "lamps", "-v").stdout


def test_solutions_pass_and_one_topic_can_be_chosen(course: Path) -> None:
    """`--solutions -k TOPIC` grades the worked solution of one lesson and exits with 0."""
    done = run(course, "--solutions", "-k", "chairs")
    assert done.returncode == 0
    assert "2 of 2 tasks in solutions" in done.stdout
    assert "lamps" not in done.stdout


def test_a_submission_is_graded_and_its_results_written(course: Path, tmp_path: Path) -> None:
    """`--submission DIR --results FILE` grades another folder; a missing file is a verdict; the results can be read back."""
    handed_in = course / "ada"
    (handed_in / "p1_why").mkdir(parents=True)
    (handed_in / "p1_why/l01_lamps.py").write_text(SOLUTION, encoding="utf-8")
    done = run(course, "--submission", "ada", "--results", "results/ada.json")
    assert done.returncode == 1
    data = json.loads((course / "results/ada.json").read_text(encoding="utf-8"))
    assert (data["passed"], data["total"], data["target"]) == (2, 4, "ada")
    lamps, chairs = results_from_json(data)
    assert [verdict.status for verdict in lamps.verdicts] == ["passed", "passed"]
    assert chairs.verdicts[0].got == "there is no file p1_why/l02_chairs.py"


def test_results_that_cannot_be_written_are_told(course: Path) -> None:
    """A results file at an impossible place costs no verdict, and exits with 4 and the reason."""
    (course / "occupied").write_text("", encoding="utf-8")
    done = run(course, "--results", "occupied/results.json")
    assert done.returncode == 4
    assert "0 of 4 tasks" in done.stdout
    assert "The results could not be written to occupied/results.json" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--submission", "nowhere"), "There is no folder nowhere"),
        (("--submission", "docs", "--solutions"), "Choose one"),
    ],
)
def test_a_wrong_option_is_told(words: tuple[str, ...], says: str, course: Path) -> None:
    """A wrong combination of options exits with 4 and says what to do."""
    done = run(course, *words)
    assert done.returncode == 4
    assert says in done.stderr


def test_an_unknown_topic_names_the_topics(course: Path) -> None:
    """`-k` with a word that matches nothing names what there is."""
    done = run(course, "-k", "nonsense")
    assert done.returncode == 5
    assert "The topics are: lamps, chairs." in done.stdout


def test_junit_works(course: Path) -> None:
    """Pytest's own --junitxml holds a case per task, with the verdict's words."""
    run(course, "--junitxml=junit.xml", "-k", "lamps")
    cases = ElementTree.parse(course / "junit.xml").findall(".//testcase")
    assert len(cases) == 2
    assert "Expected: 5" in str(cases[0].find("failure").text)  # type: ignore[union-attr]


def test_elsewhere_the_plugin_keeps_out_of_the_way(course: Path) -> None:
    """A usual pytest run next to exercises/ is a usual pytest run."""
    (course / "test_usual.py").write_text("def test_usual():\n    assert True\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "test_usual.py"], cwd=course, capture_output=True, text=True, check=False
    )
    assert "1 passed" in done.stdout
