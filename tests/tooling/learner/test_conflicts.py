"""A learner's own pytest set-up: it grades all the same, or what is in the way is named."""

import os
from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from learner_run import run_exercises, statuses

GOLDEN = (Path(__file__).parents[1] / "golden" / "one_lesson_open.txt").read_text(encoding="utf-8")
STATUSES = {"lamps": ["passed", "passed"], "chairs": ["failed", "blocked"]}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fake course with one lesson solved."""
    answer(make_course(tmp_path), SOLUTION)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (("-p", "no:terminal"), ""),
        (("-p", "no:cacheprovider"), "-n auto --strict-markers -p no:timeout"),
        (("-rA", "--tb=no", "-q"), "--strict-config -W error"),
    ],
)
def test_options_of_pytest_change_nothing(course: Path, words: tuple[str, ...], options: str) -> None:
    """Without a terminal, with workers from PYTEST_ADDOPTS, or as strict as can be: the same words, exit code 1."""
    done = run_exercises(course, *words, PYTEST_ADDOPTS=options)
    assert (done.stdout, done.returncode) == (GOLDEN, 1)


def test_a_debugger_is_said_to_do_nothing(course: Path) -> None:
    """`--pdb` does not open a debugger in our own code; it is said why, and all is graded."""
    done = run_exercises(course, "--pdb")
    first, _, rest = done.stdout.partition("\n")
    assert first.startswith("--pdb and --trace do nothing here")
    assert (rest, done.returncode) == (GOLDEN, 1)


def test_where_nothing_can_be_written_it_grades(course: Path) -> None:
    """Files in the place of the caches cost no verdict and no traceback; progress is not remembered, and that is all."""
    (course / ".pytest_cache").touch()
    (course / ".poolschool").touch()
    done = run_exercises(course, "-k", "lamps")
    assert done.returncode == 0
    assert "✓ 2  Add more" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_conftest_beside_a_checker_is_named_and_not_used(course: Path) -> None:
    """Neither a broken conftest.py nor one that skips every task has a say; both are named."""
    (course / "exercises/conftest.py").write_text("import nothing_like_it\n", encoding="utf-8")
    (course / "exercises/p1_why/conftest.py").write_text(
        "import pytest\ndef pytest_runtest_setup(item):\n    pytest.skip('no')\n", encoding="utf-8"
    )
    done = run_exercises(course, "--results", "results.json")
    assert done.stdout.splitlines()[:2] == [
        "exercises/conftest.py is not used: grading needs no conftest.py.",
        "exercises/p1_why/conftest.py is not used: grading needs no conftest.py.",
    ]
    assert statuses(course / "results.json") == STATUSES


@pytest.mark.parametrize("hook", ["pytest_runtest_setup(item)", "pytest_runtest_logreport(report)"])
def test_a_plugin_of_the_learner_that_breaks_is_named(course: Path, hook: str) -> None:
    """An exception in somebody's plugin is said to be that plugin's, with its line and how to grade without it."""
    (course / "mine.py").write_text(f"def {hook}:\n    raise ValueError('odd')\n", encoding="utf-8")
    done = run_exercises(course, "-p", "mine", PYTHONPATH=str(course))
    assert done.returncode in (1, 3)
    assert "This is not your exercise: the plugin mine (mine.py:2) failed with ValueError: odd." in done.stdout
    assert "Grade without it: pytest exercises -p no:mine" in done.stdout
    assert "INTERNALERROR" not in done.stdout
    assert "not your mistake" not in done.stdout


def test_an_option_of_the_same_name_is_answered(course: Path) -> None:
    """A plugin that has taken one of our options leaves a sentence, not a traceback."""
    text = "def pytest_addoption(parser):\n    parser.addoption('--results')\n"
    (course / "mine.py").write_text(text, encoding="utf-8")
    done = run_exercises(course, "-p", "mine", PYTHONPATH=str(course))
    assert done.returncode != 0
    assert "--results is an option of Pool School, and another plugin of yours has one of the same name." in done.stderr
    assert "Traceback" not in done.stderr


def test_an_own_failing_test_beside_the_exercises_has_no_say(course: Path) -> None:
    """A learner's own test file in exercises/ is not run by a grading, and alone it is a usual pytest run."""
    answer(course, SOLUTION, "chairs")
    (course / "exercises/p1_why/test_mine.py").write_text("def test_mine():\n    assert 0\n", encoding="utf-8")
    assert run_exercises(course).returncode == 0
    assert "1 failed" in run_exercises(course, arguments=("exercises/p1_why/test_mine.py",)).stdout


def test_what_an_answer_prints_does_not_steer_the_terminal(course: Path) -> None:
    """Escape sequences in an answer's output and traceback arrive as text."""
    answer(course, "def add(a, b):\n    print('\\x1b[2J')\n    raise ValueError('\\x1b]0;hi\\x07')\n", "chairs")
    done = run_exercises(course, "-v", "-k", "chairs")
    assert "\\x1b[2J" in done.stdout
    assert "\\x1b]0;hi\\x07" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="colours are asked for in another way there")
def test_colours_stay(course: Path) -> None:
    """Our own colours are not taken for a learner's escape sequences."""
    assert "  \x1b[32m✓\x1b[0m 1  Add\n" in run_exercises(course, "--color=yes", "-k", "lamps").stdout
