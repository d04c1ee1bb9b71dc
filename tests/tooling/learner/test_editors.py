"""What VS Code's test view hears of the exercises; `Listener` listens to the hooks that the extension's own plugin uses."""

import json
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from learner_run import run_exercises

ROOT = Path(__file__).parents[3]
LISTENER = '''
"""As vscode_pytest does it: the first word on a test counts; a teststatus is a result, an exception without one an error."""
import json, os, pytest

heard, paths = {}, {}

def note(nodeid, path, *words):
    heard.setdefault(f"{path}::{nodeid.split('::')[1]}", words)

@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_protocol(item):
    paths[item.nodeid] = item.path
    yield

@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_report_teststatus(report):
    if report.when == "call" or (report.when == "setup" and report.skipped):
        outcome = "success" if report.passed else "failure" if report.failed else "skipped"
        reason = report.longrepr[2] if report.skipped else report.longreprtext
        note(report.nodeid, paths[report.nodeid], outcome, reason)
    yield

def pytest_exception_interact(node, call, report):
    note(node.nodeid, node.path, "failure" if call.excinfo.typename == "AssertionError" else "error", report.longreprtext)

def pytest_sessionfinish(session, exitstatus):
    tree = {f"{item.path}::{item.name}": item.location[1] + 1 for item in session.items}
    with open(os.environ["HEARD"], "w", encoding="utf-8") as file:
        json.dump({"heard": heard, "tree": tree, "exit": int(exitstatus)}, file)
'''


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Make a workspace with a course one folder below: a solved lesson, and one whose second task breaks by our fault."""
    course = tmp_path / "course"
    course.mkdir()
    answer(make_course(course), SOLUTION)
    (tmp_path / "listener.py").write_text(LISTENER, encoding="utf-8")
    return tmp_path


def listen(workspace: Path, *words: str, folder: str = "", exercises: str = "exercises") -> dict[str, object]:
    """Run pytest as the extension does, and give what its plugin would have sent."""
    heard = workspace / "heard.json"
    run_exercises(
        workspace / folder,
        *("-p", "listener", f"--rootdir={workspace / folder}", *words),
        arguments=(exercises,),
        PYTHONPATH=str(workspace),
        HEARD=str(heard),
    )
    return json.loads(heard.read_text(encoding="utf-8"))


def test_passed_open_and_waiting_tasks_arrive_as_such(workspace: Path) -> None:
    """A passed task is a success, an open one a failure with the verdict's words, a waiting one skipped with its reason."""
    heard = listen(workspace, folder="course")["heard"]
    lamps, chairs = (workspace / f"course/exercises/p1_why/{name}_test.py" for name in ("l01_lamps", "l02_chairs"))
    assert heard[f"{lamps}::test_add"][0] == heard[f"{lamps}::test_add_more"][0] == "success"
    outcome, words = heard[f"{chairs}::test_add"]
    assert outcome == "failure"
    assert "Expected: 5\nHint: Plus, not minus." in words
    assert heard[f"{chairs}::test_add_more"] == ["skipped", "Skipped: Blocked: waits until task 1 passes"]


def test_a_broken_checker_arrives_as_an_error(workspace: Path) -> None:
    """What could not be judged is an error with words, not a failure of the learner's, and no frame of ours."""
    checker = workspace / "course/exercises/p1_why/l02_chairs_test.py"
    text = checker.read_text(encoding="utf-8").replace("    expect(", "    1 / 0\n    expect(", 1)
    checker.write_text(text, encoding="utf-8")
    outcome, words = listen(workspace, folder="course")["heard"][f"{checker}::test_add"]
    assert outcome == "error"
    assert "Because: ZeroDivisionError: division by zero" in words
    assert "grading_run" not in words


@pytest.mark.parametrize(("folder", "exercises"), [("course", "exercises"), ("", "course/exercises")])
def test_the_tree_has_the_lines_of_the_tasks(workspace: Path, folder: str, exercises: str) -> None:
    """Discovery finds each task at the line of its function, also in a workspace one folder higher."""
    checker = workspace / "course/exercises/p1_why/l01_lamps_test.py"
    lines = checker.read_text(encoding="utf-8").splitlines()
    tree = listen(workspace, "--collect-only", folder=folder, exercises=exercises)["tree"]
    assert len(tree) == 4
    for name in ("test_add", "test_add_more"):
        assert lines[tree[f"{checker}::{name}"] - 1] == f"def {name}():"


def test_one_task_runs_from_a_workspace_one_folder_higher(workspace: Path) -> None:
    """A task that is run by its absolute id from the folder above the course gives its result under that id."""
    one = f"{workspace / 'course/exercises/p1_why/l02_chairs_test.py'}::test_add"
    heard = listen(workspace, exercises=one)["heard"]
    assert [(name, words[0]) for name, words in heard.items()] == [(one, "failure")]


def test_the_editor_is_set_up() -> None:
    """VS Code's settings turn pytest on, for the exercises."""
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert settings["python.testing.pytestEnabled"] is True
    assert settings["python.testing.pytestArgs"] == ["exercises"]
