"""What is wrong with a page is said at once, each fault with its place and the way out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from page_course import STEM, change, make_page_course

from poolschool.site.check import check_pages

PAGE = f"docs/{STEM}.md"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Make a course without a fault."""
    return make_page_course(tmp_path)


def told(course: Path) -> list[str]:
    """Give every fault as it is printed."""
    return [str(fault) for fault in check_pages(course)]


def test_a_course_without_faults_has_none(course: Path) -> None:
    """The tiny course is right, so that each test below breaks one thing only."""
    assert told(course) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("/// quiz | lamps", "/// quizz | lamps", f"{PAGE}:30: There is no block 'quizz'. Did you mean 'quiz'?"),
        ("/// quiz | lamps", "/// table | lamps", f"{PAGE}:30: There is no block 'table'. Use one of: quiz, exercise, proof, pool, live, sizing, agreement, assigned, generated, schedule, beliefs, errors, labs, course-map."),
        ("/// quiz | lamps", "/// quiz | lampz", f"{PAGE}:30: There is no lesson 'lampz'. Did you mean: lamps?"),
        ("| phone_booths", "| phone_boots", f"{PAGE}:11: There is no pool scenario 'phone_boots'. Did you mean: phone_booths?"),
        ("/// quiz | lamps\n///\n", "", f"{PAGE}:28: The lesson's quiz is not placed. Write `/// quiz | lamps` and `///` once, under ## Quiz."),
        ("/// exercise | lamps\n///\n", "", f"{PAGE}:23: The lesson's exercise is not placed. Write `/// exercise | lamps` and `///` once, under ## Exercise."),
        ("/// quiz | lamps\n///\n", "/// quiz | lamps\n///\n\n/// quiz | lamps\n///\n", f"{PAGE}:28: The lesson's quiz is placed 2 times. Write `/// quiz | lamps` and `///` once, under ## Quiz."),
        ("/// quiz | lamps\n///\n", "/// quiz | lamps\n", f"{PAGE}:30: The quiz block is not closed. Write `///` in the next line."),
        ("/// pool | phone_booths\n///\n\n## The story\n", "## The story\n", f"{PAGE}:11: There is nothing to touch before the first section. Place `/// pool | SCENARIO` after the promise."),
        ("Lamps give light.\n", "", f"{PAGE}:13: No sentence of promise stands between the title and the first block. Write one."),
        ("# Lamps\n", "Lamps\n", f"{PAGE}: The page has 0 titles. Write one line that begins with `# `."),
        ("## The story", "### The story", f"{PAGE}:14: The heading 'The story' skips a level. Begin it with ##."),
        ("away.\n{ #minus }", "away. { #minus }", f"{PAGE}:16: {{ #minus }} is shown as text here. Put it in a line of its own below the paragraph, or right behind `**…**` without a blank."),
        ("## Recap\n\n- Light.\n\n", "", f"{PAGE}:33: The lesson does not end with What goes wrong, Exercise, Quiz, Recap, Sources. Put these sections last, in this order."),
        ("- The sun.\n", "- The sun.\n\n/// live\n```python\nimport psycopg\n```\n///\n", f"{PAGE}:41: This live code needs PostgreSQL, which a page does not have. Leave `/// live` and its `///` away."),
        ("- The sun.\n", "- The sun.\n\n/// live\nText.\n///\n", f"{PAGE}:41: The live block holds no Python. Put one ```python fence into it."),
        ("- The sun.\n", '--8<-- "docs/sun.svg"\n', f"{PAGE}:39: The file docs/sun.svg that is included here does not exist. Write it, or correct the path."),
        ("A lesson for tests.", "Very long. " * 20, f"{PAGE}:1: The description has 219 characters. Say it in 155: search engines cut the rest."),
    ],
)  # fmt: skip
def test_a_fault_of_a_page_is_told_with_its_place(course: Path, old: str, new: str, fault: str) -> None:
    """Each mistake that an author can make in a page has its own words, its line and a way out."""
    change(course, PAGE, old, new)
    assert fault in told(course)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("docs/index.md", "lamps.sum", "lamps.sun", "docs/index.md:12: There is no proof 'lamps.sun'. Did you mean: sum?"),
        ("docs/index.md", "/// proof | lamps.sum", "/// quiz | lamps", f"docs/index.md:12: The quiz of lamps stands on another page than its lesson. Place it in {PAGE}."),
        ("quizzes/beliefs.toml", '"minus"', '"plus"', f"quizzes/beliefs.toml:1: {PAGE} has no anchor #plus for `minus_is_plus`. Write {{ #plus }} where the page puts the belief to the test."),
        (f"exercises/{STEM}_test.py", "task(2,", "task(3,", f"exercises/{STEM}_test.py:1: The tasks are not numbered 1, 2, 3 … in order. Number them so."),
        (f"quizzes/{STEM}_proof.py", "test_sum", "test_sun", f"quizzes/{STEM}.toml"),
        (f"quizzes/{STEM}.toml", 'type = "number"', 'type = "numbers"', f"quizzes/{STEM}.toml:5"),
        (PAGE, "minutes: {reading: 10, exercise: 5}\n", "", f"{PAGE}:1: The front matter lacks `minutes` ({{reading: 20, exercise: 15}})."),
    ],
)  # fmt: skip
def test_a_fault_elsewhere_is_told_with_its_place(course: Path, name: str, old: str, new: str, fault: str) -> None:
    """Quiz files, proofs, checkers, beliefs and front matter are read by the same check."""
    change(course, name, old, new)
    assert any(line.startswith(fault) for line in told(course)), told(course)


def test_a_missing_companion_is_a_fault(course: Path) -> None:
    """A lesson without its solution is named, though nothing of the page is wrong."""
    (course / f"solutions/{STEM}.py").unlink()
    assert told(course) == [
        f"solutions/{STEM}.py: The file is missing. A lesson has one stem in four trees; see README.md."
    ]


def test_all_faults_are_told_at_once(course: Path) -> None:
    """Three mistakes in two files make three lines."""
    change(course, PAGE, "/// pool | phone_booths", "/// pol | phone_booths")
    change(course, PAGE, "## The story", "#### The story")
    change(course, "docs/index.md", "lamps.sum", "lamps.sun")
    lines = told(course)
    assert [line.split(":")[0] for line in lines] == ["docs/index.md", PAGE, PAGE, PAGE]


def test_what_stands_in_code_is_no_block(course: Path) -> None:
    """Blocks, headings and attributes that a page shows as code are left alone."""
    change(course, PAGE, "Nothing.", "```text\n/// quizz | nobody\n# Title\nword. { #here }\n```")
    assert told(course) == []


@pytest.mark.parametrize("faulty", [False, True])
def test_lint_prints_faults_and_no_traceback(course: Path, faulty: bool) -> None:
    """`poolschool lint` ends with 0 and silence, or with 1 and a line per fault."""
    if faulty:
        change(course, PAGE, "/// quiz | lamps", "/// quizz | lamps")
    code = "import sys; from poolschool.cli.app import main; sys.argv = ['poolschool', 'lint']; main()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command,
        cwd=course,
        env=os.environ | {"POOLSCHOOL_ROOT": str(course)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == (1 if faulty else 0)
    assert done.stdout.count("\n") == (2 if faulty else 0)
    assert "Traceback" not in done.stdout + done.stderr
