"""`pytest exercises` beside the most used plugins of others: the same verdicts, the same exit code, nothing in between."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from learner_run import run_exercises, statuses
from platformdirs import user_cache_path

PLUGINS = Path(__file__).with_name("plugins.txt")
GOLDEN = (Path(__file__).parents[1] / "golden" / "one_lesson_open.txt").read_text(encoding="utf-8").splitlines()
STATUSES = {"lamps": ["passed", "passed"], "chairs": ["failed", "blocked"]}
FLAGS = {
    "workers, coverage, a page": ("-n", "2", "--cov", "--html=report.html", "--self-contained-html"),
    "other reporters": ("--force-sugar", "--instafail", "-v"),
    "again and elsewhere": ("--forked", "--reruns=2", "--retries=1", "--count=2"),
    "chosen and cut off": ("--testmon", "--disable-socket", "--splits=1", "--group=1", "--order-scope=module"),
}


@pytest.fixture(scope="module")
def beside() -> Path:
    """Give a folder with the plugins, kept in the user's cache by what is in the list."""
    key = f"{PLUGINS.read_text(encoding='utf-8')}{sys.version}{platform.platform()}"
    folder = user_cache_path("poolschool") / f"test-plugins-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=folder.parent))
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", half, "-r", PLUGINS]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(half)
            pytest.skip(f"The plugins cannot be fetched: {done.stderr.strip().splitlines()[-1]}")
        try:
            half.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(half)
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fake course with one lesson solved."""
    answer(make_course(tmp_path), SOLUTION)
    return tmp_path


def faults(course: Path, beside: Path, flags: tuple[str, ...], **environment: str) -> str:
    """Grade beside the plugins; give what differs from a grading without them, "" if nothing does."""
    done = run_exercises(course, "--results", "results.json", *flags, PYTHONPATH=str(beside), **environment)
    lines = iter(done.stdout.splitlines())
    missing = [line for line in GOLDEN if line not in lines]  # each in its turn; other plugins may write in between
    found = [f"exit code {done.returncode}"] if done.returncode != 1 else []
    found += ["other verdicts"] if statuses(course / "results.json") != STATUSES else []
    found += [f"not Printed: {missing[0]!r}"] if missing else []
    found += [word for word in ("INTERNALERROR", "Traceback") if word in done.stdout + done.stderr]
    return f"{', '.join(found)}\n{done.stdout}\n{done.stderr}" if found else ""


def who_is_it(course: Path, beside: Path) -> list[str]:
    """Halve the plugins as long as one half alone disturbs."""
    ours = ("-p", "poolschool.learner.pytest_plugin")
    named = [
        entry
        for distribution in distributions(path=[str(beside)])
        for entry in distribution.entry_points
        if entry.group == "pytest11"
    ]
    halves = [named]
    while halves:
        named = halves[0]
        halves = [named[: len(named) // 2], named[len(named) // 2 :]] if len(named) > 1 else []
        halves = [
            half
            for half in halves
            if faults(
                course,
                beside,
                (*ours, *(word for entry in half for word in ("-p", entry.module))),
                PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
            )
        ]
    return [entry.name for entry in named]


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
def test_plugins_of_others_change_nothing(course: Path, beside: Path, flags: tuple[str, ...]) -> None:
    """Twenty plugins and more, all together, and with the flags that make them act, leave verdicts and words as they are."""
    if os.name == "nt" and "--forked" in flags:
        flags = tuple(flag for flag in flags if flag != "--forked")
    if found := faults(course, beside, flags):
        pytest.fail(f"{found}\nOne of these disturbs: {who_is_it(course, beside)}")


def test_nothing_but_the_verdicts_is_printed(course: Path, beside: Path) -> None:
    """Without flags, stdout is the report and stderr is empty, whatever is installed."""
    done = run_exercises(course, PYTHONPATH=str(beside))
    assert (done.stdout.splitlines(), done.stderr) == (GOLDEN, "")


def test_all_solved_is_zero_beside_them(course: Path, beside: Path) -> None:
    """With every task solved the exit code is 0."""
    answer(course, SOLUTION, "chairs")
    assert run_exercises(course, PYTHONPATH=str(beside)).returncode == 0


def test_pycharm_hears_each_task(course: Path, beside: Path) -> None:
    """The messages of JetBrains' runner name a failed task with its words, and a waiting one as ignored with its reason."""
    said = run_exercises(course, "--teamcity", PYTHONPATH=str(beside)).stdout
    (failed,) = [line for line in said.splitlines() if line.startswith("##teamcity[testFailed")]
    (ignored,) = [line for line in said.splitlines() if line.startswith("##teamcity[testIgnored")]
    assert "l02_chairs_test.test_add'" in failed
    assert "Expected: 5|nHint: Plus, not minus." in failed
    assert "waits until task 1 passes" in ignored
    assert said.count("##teamcity[testFinished") == 4
