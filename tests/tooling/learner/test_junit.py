"""`pytest exercises --junitxml FILE`: what other engines read of a grading."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from lean import LEAN

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fresh fake course."""
    return make_course(tmp_path)


def run(root: Path, *words: str) -> int:
    """Run `pytest exercises` with a JUnit file, and give its exit code."""
    command = [sys.executable, "-m", "pytest", "exercises", "--junitxml", "junit.xml", *words]
    return subprocess.run(
        command, cwd=root, capture_output=True, timeout=100, check=False, env={**os.environ, **LEAN, "PYTHONUTF8": "1"}
    ).returncode


def cases(root: Path) -> dict[tuple[str, str], TestCase]:
    """Read the JUnit file with somebody else's parser: cases by topic and name."""
    return {(case.classname, case.name): case for suite in JUnitXml.fromfile(str(root / "junit.xml")) for case in suite}


def test_the_file_looks_as_agreed(course: Path) -> None:
    """Topic, title, status and the verdict's words stand in the file as the golden one shows them; times aside."""
    (course / "ada").mkdir()
    (course / "ada/p1_why").mkdir()
    (course / "ada/p1_why/l01_lamps.py").write_text(SOLUTION, encoding="utf-8")
    (course / "ada/p1_why/l02_chairs.py").write_text("def add(a, b):\n    return 5\n", encoding="utf-8")
    assert run(course, "--submission", "ada") == 1
    made = (course / "junit.xml").read_text(encoding="utf-8")
    made = re.sub(r' (time|timestamp|hostname)="[^"]*"', r' \1="-"', made)
    assert made == (GOLDEN / "junit.xml").read_text(encoding="utf-8").rstrip("\n")


def test_each_status_has_its_own_element(course: Path) -> None:
    """An open task is a failure, one that waits is skipped with its reason, and what could not be judged is an error."""
    checker = course / "exercises/p1_why/l02_chairs_test.py"
    text = checker.read_text(encoding="utf-8").replace("    expect(", "    1 / 0\n    expect(", 1)
    checker.write_text(text, encoding="utf-8")
    assert run(course) == 1
    found = cases(course)
    failed = found["lamps", "1. Add"].result
    waits = found["lamps", "2. Add more"].result
    unjudged = found["chairs", "1. Add"].result
    assert isinstance(failed[0], Failure)
    assert "Got: -1\nExpected: 5\nHint: Plus, not minus." in failed[0].text
    assert isinstance(waits[0], Skipped)
    assert waits[0].message == "Blocked: waits until task 1 passes"
    assert isinstance(unjudged[0], Error)
    assert "ZeroDivisionError" in unjudged[0].message


def test_the_times_are_those_of_the_tasks(course: Path) -> None:
    """A task that sleeps longer than the others together has the longest time."""
    answer(course, "import time\ndef add(a, b):\n    if a > 2: time.sleep(1.5)\n    return a + b\n")
    answer(course, SOLUTION, "chairs")
    assert run(course) == 0
    found = cases(course)
    slow = found.pop(("lamps", "2. Add more"))
    assert slow.time > sum(case.time for case in found.values())


def test_a_title_with_pytests_own_signs_stays_whole(course: Path) -> None:
    """Colons, brackets and slashes in a title do not cut the name or move parts of it into the topic."""
    checker = course / "exercises/p1_why/l01_lamps_test.py"
    text = checker.read_text(encoding="utf-8").replace('(1, "Add"', '(1, "Add::a[0]/b.py"')
    checker.write_text(text, encoding="utf-8")
    run(course, "-k", "lamps")
    assert ("lamps", "1. Add:a(0)/b.py") in cases(course)


def test_one_open_task_alone_is_not_solved(course: Path) -> None:
    """Chosen by itself, a task that waits for an earlier one is skipped in JUnit, and the exit code is still 1."""
    assert run(course, "-k", "add_more and lamps") == 1
    (case,) = cases(course).values()
    assert isinstance(case.result[0], Skipped)


def test_what_cannot_stand_in_xml_is_escaped(course: Path) -> None:
    """Control characters and half characters that an answer prints leave a file that can be parsed."""
    answer(course, "def add(a, b):\n    print('\\x00\\x1b[31m\\ud800]]>')\n    return 0\n")
    run(course, "-k", "lamps", "-o", "junit_logging=all")
    assert "Printed: \\x00\\x1b[31m\\ud800]]>" in cases(course)["lamps", "1. Add"].result[0].text


def test_failed_tasks_are_found_again(course: Path) -> None:
    """`--last-failed` after a run without JUnit runs the open task and leaves the solved lesson alone."""
    answer(course, SOLUTION, "chairs")
    command = [sys.executable, "-m", "pytest", "exercises"]
    subprocess.run(command, cwd=course, capture_output=True, check=False)
    done = subprocess.run([*command, "--last-failed"], cwd=course, capture_output=True, check=False, encoding="utf-8")
    assert "(lamps)" in done.stdout
    assert "(chairs)" not in done.stdout
