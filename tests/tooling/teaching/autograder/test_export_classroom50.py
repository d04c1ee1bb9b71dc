"""The export for GitHub Actions: its autograder, run as Classroom 50's runner runs it, and the result.json it leaves."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from fake_course import SOLUTION, STUB, make_course

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.teaching.autograder.classroom50_export import export_classroom50
from poolschool.teaching.autograder.classroom50_run import identity
from poolschool.teaching.autograder.results import classroom50, markdown

REAL = find_root(Path(__file__))
GOLDEN = Path(__file__).parents[2] / "golden"

# Written from https://github.com/foundation50/classroom50/wiki/Advanced-Autograding and what its runner.py refuses.
TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "required": [
        *("schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    ],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": TEXT,
        "assignment": TEXT,
        "assignment_type": {"enum": ["individual", "group", "team"]},
        "owner": TEXT,
        "submission": {"type": "string", "pattern": "^submit/."},
        "commit": TEXT,
        "release": TEXT,
        "review": TEXT,
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "score": COUNT,
        "max-score": COUNT,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": COUNT, "max-score": COUNT},
            },
        },
    },
}
# What the runner gives, in the wiki's words.
RUNNER = {
    "CLASSROOM": "databases",
    "ASSIGNMENT": "pool-school",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "USERNAME": "ada",
    "SUBMISSION_TAG": "submit/2026-11-23T10-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/school/databases-pool-school-ada/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/school/databases-pool-school-ada/releases/tag/submit%2F2026",
    "REVIEW_URL": "https://github.com/school/databases-pool-school-ada/compare/0000000...a1b2c3d",
    "GITHUB_TOKEN": "secret",
}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a fake course with the real lock, and make it the one that is exported."""
    root = tmp_path / "course"
    root.mkdir()
    make_course(root)
    (root / ".ci").mkdir()
    shutil.copy(REAL / ".ci" / "requirements.lock", root / ".ci")
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(root))
    return root


@pytest.fixture
def bundle(course: Path, tmp_path: Path) -> Path:
    """Give the exported autograder's folder."""
    assert export_classroom50(("lamps",), tmp_path / "out", points={"lamps": 3}) == 0
    return tmp_path / "out" / "classroom50" / "pool-school"


def checkout(tmp_path: Path, files: Mapping[str, str]) -> Path:
    """Lay out a student's repository."""
    folder = tmp_path / "checkout"
    for name, text in {".classroom50.yaml": "classroom: databases\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def grade(folder: Path, command: list[str], given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in a checkout with the runner's variables, on the interpreter of these tests."""
    own = {"PATH": os.environ["PATH"], "POOLSCHOOL_PYTHON": sys.executable}
    if "SYSTEMROOT" in os.environ:
        own["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return subprocess.run(
        command, cwd=folder, env={**own, **given}, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.parametrize(
    ("code", "score", "says"),
    [
        (SOLUTION, 6, "2 of 2 tasks passed"),
        (STUB, 0, "Got: -1"),
        ("def add(a, b):\n    while True: pass\n", 0, "no end after 2 s"),
        (None, 0, "There is no file l01\\_lamps.py."),
    ],
    ids=["right", "stub", "endless loop", "no file"],
)
def test_the_autograder_keeps_the_runners_contract(
    code: str | None, score: int, says: str, bundle: Path, tmp_path: Path
) -> None:
    """Started by the runner in a checkout, it exits with 0 and leaves a valid result.json and a body in words."""
    folder = checkout(tmp_path, {} if code is None else {"exercises/p1_why/l01_lamps.py": code})
    done = grade(folder, [sys.executable, str(bundle / "autograder.py")], RUNNER)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, SCHEMA)
    assert (result["score"], result["max-score"], len(result["tests"])) == (score, 6, 2)
    assert (result["owner"], result["classroom"]) == ("ada", "databases")
    assert says in (folder / "release-body.md").read_text(encoding="utf-8")
    assert "Traceback" not in done.stdout + done.stderr


def test_what_cannot_be_judged_is_no_score(bundle: Path, tmp_path: Path) -> None:
    """A broken checker is an error of the grader, exit 1, so that no student gets a mark for it."""
    checker = bundle / "course/exercises/p1_why/l01_lamps_test.py"
    checker.write_text(checker.read_text(encoding="utf-8").replace("    expect(", "    1 / 0\n    expect(", 1))
    folder = checkout(tmp_path, {"exercises/p1_why/l01_lamps.py": SOLUTION})
    done = grade(folder, [sys.executable, str(bundle / "autograder.py")], RUNNER)
    assert done.returncode == 1
    assert "::error::Something could not be judged" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_damaged_export_is_told(bundle: Path, tmp_path: Path) -> None:
    """Without its plan the autograder exits with 1 and one sentence."""
    (bundle / "grading.json").unlink()
    done = grade(checkout(tmp_path, {}), [sys.executable, str(bundle / "autograder.py")], RUNNER)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("::error::grading.json cannot be used")


@pytest.mark.skipif(os.name == "nt", reason="the workflow runs on Linux")
def test_the_workflow_grades_and_shows(bundle: Path, tmp_path: Path) -> None:
    """The steps of the workflow, run in a repository with the bundle where README.md says, leave result and summary."""
    workflow = yaml.safe_load((bundle.parent / "pool-school.yaml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["grade"]
    folder = checkout(tmp_path, {"l01_lamps.py": SOLUTION})
    shutil.copytree(bundle, folder / ".github" / "pool-school")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)  # as setup-python leaves it
    given = {
        "GITHUB_REPOSITORY": "ada/pools",
        "GITHUB_SHA": "a" * 40,
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    for step in job["steps"]:
        if "run" in step:
            done = grade(folder, ["bash", "-euo", "pipefail", "-c", step["run"]], given)
            assert done.returncode == 0, done.stderr
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, SCHEMA)
    assert (result["owner"], result["assignment"], result["score"]) == ("ada", "pools", 6)
    assert "2 of 2 tasks passed" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    uploaded = job["steps"][-1]["with"]["path"].split()
    assert all((folder / name).is_file() for name in uploaded)


def test_the_workflow_asks_for_little(bundle: Path) -> None:
    """It runs on each push with a limit, may only read, and leaves no token behind for the answers."""
    workflow = yaml.safe_load((bundle.parent / "pool-school.yaml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert "push" in workflow[True]  # YAML 1.1 reads `on` as a truth value; GitHub does not
    assert job["timeout-minutes"] <= 15
    assert job["steps"][0]["with"]["persist-credentials"] is False


def test_the_bundle_is_small_and_holds_no_solution(bundle: Path) -> None:
    """Classroom 50 fetches at most 10 MB, and publishes what it fetches."""
    files = [path for path in bundle.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 10 * 1024 * 1024
    assert {path.name for path in bundle.iterdir()} == {
        *("autograder.py", "grading_setup.py", "grading.json", "requirements.txt", "course")
    }
    assert not (bundle / "course" / "solutions").exists()


def test_an_old_export_is_not_mixed_with_a_new_one(course: Path, tmp_path: Path) -> None:
    """An export into a folder that holds other lessons is refused, and a second one of the same lessons is fine."""
    assert export_classroom50(("lamps", "chairs"), tmp_path) == 0
    assert export_classroom50(("lamps", "chairs"), tmp_path) == 0
    with pytest.raises(UserMistake, match=r"holds pool-school/course/.*chairs.*, which does not belong to this export"):
        export_classroom50(("lamps",), tmp_path)


def test_half_points_are_refused(course: Path, tmp_path: Path) -> None:
    """Classroom 50 has whole points only; others are named before anything is written."""
    with pytest.raises(UserMistake, match=r"lamps was to have 1\.5"):
        export_classroom50(("lamps",), tmp_path / "out", points={"lamps": 1.5})
    assert not (tmp_path / "out").exists()


RESULTS = [
    LessonResult(
        "leaks",
        "Leaks",
        "p3_breaks/l09_leaks",
        (
            Verdict(1, "Open", "passed"),
            Verdict(2, "Give `back`", "failed", called="close()", got="``` <b>", expected="0", hint="Use with.", where="l09.py:7"),
            Verdict(3, "Again", "blocked", got="waits until task 2 passes"),
        ),
    ),
    LessonResult("sizing", "Size | it", "p4_scale/l13_sizing", (Verdict(1, "Size", "error", got="no database"),)),
]  # fmt: skip


def test_the_result_looks_as_agreed() -> None:
    """Every kind of verdict stands in result.json as the golden file shows it."""
    whose = identity(RUNNER) | {"datetime": "2026-11-23T10:00:00Z"}
    made = classroom50(RESULTS, {}, whose, points={"leaks": 2}, site="https://school.example")
    jsonschema.validate(made, SCHEMA)
    assert made == json.loads((GOLDEN / "classroom50_result.json").read_text(encoding="utf-8"))


def test_the_body_looks_as_agreed() -> None:
    """The Markdown for the release tells the tasks in a table and the open ones in words; no answer can break out of it."""
    made = markdown(RESULTS, ["<a>.py was not graded"], {}, "https://school.example")
    assert made == (GOLDEN / "classroom50_body.md").read_text(encoding="utf-8")


def test_outside_classroom50_the_repository_says_whose_it_is() -> None:
    """With the variables of GitHub Actions alone, all fields of the result have a value."""
    given: dict[str, Any] = {
        "GITHUB_REPOSITORY": "ada/pools",
        "GITHUB_SHA": "abcdef0" + "1" * 33,
        "GITHUB_ACTOR": "bob",
    }
    whose = identity(given)
    assert (whose["classroom"], whose["assignment"], whose["owner"]) == ("ada", "pools", "bob")
    assert whose["release"] == "https://github.com/ada/pools/releases/tag/submit%2Fabcdef0"
    jsonschema.validate(classroom50(RESULTS, {}, whose, points={}, site=""), SCHEMA)
