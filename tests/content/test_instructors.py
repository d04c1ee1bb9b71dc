"""What the instructors' pages say is so: their commands run, the files are there, every lesson has its notes."""

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
from class_of_students import as_bytes, handed_in
from typer.testing import CliRunner

from poolschool.cli.app import app
from poolschool.course.lessons import load_course
from poolschool.quiz.generated import VERSIONS, all_generated
from poolschool.quiz.paper import Bank
from poolschool.site.schedule import sessions
from poolschool.teaching.assignments.assignment import read_assignment

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "instructors"
COURSE = load_course(ROOT)
FENCE = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLASS = ("ada@example.org", "bob@example.org", "cyd@example.org")
SECTIONS = ("plan", "live", "stumbles", "discussion", "beliefs")


def commands(page: str) -> list[str]:
    """Give the course's own commands of a page, in order; those of the containers have tests of their own."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [line for fence in FENCE.findall(text) for line in fence.splitlines() if line.startswith("poolschool ")]


def run(command: str) -> str:
    """Run one as typed; give what it says."""
    program, *words = shlex.split(command)
    assert program == "poolschool"
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def files_named(page: str) -> list[str]:
    """Give the files that the first column of a page's tables names."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    return [
        name.rstrip("/") for row in rows for name in re.findall(r"`([^`]+)`", row) if "." in name or name.endswith("/")
    ]


@pytest.mark.timeout(300)
def test_the_pages_commands_run_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assign, hand in, collect, grade and export as the pages say, in an empty folder; every file that they name is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(ROOT))
    for command in commands("assign"):
        run(command)
    folder = tmp_path / "assignments" / "pools-week-3"
    assert {path.name for path in folder.iterdir()} == set(files_named("assign"))
    asked = read_assignment(folder / "assignment.toml", Bank(COURSE))
    (tmp_path / "results").mkdir()
    for student in CLASS[:2]:
        (tmp_path / "results" / f"{student}.json").write_bytes(as_bytes(handed_in(asked, Bank(COURSE), student)))
    (tmp_path / "roster.csv").write_text("student\n" + "".join(f"{name}\n" for name in CLASS), encoding="utf-8")
    for command in commands("collect"):
        run(command)
    assert {path.name for path in (tmp_path / "collected").iterdir()} == set(files_named("collect"))
    for student in CLASS[:2]:
        shutil.copytree(
            ROOT / "solutions", tmp_path / "submissions" / student, ignore=shutil.ignore_patterns("__pycache__")
        )
    for command in commands("grade"):
        run(command)
    assert {path.name for path in (tmp_path / "graded").iterdir()} == set(files_named("grade")) - {
        "exercises",
        "state",
    } | {"state"}
    for book in ("collected", "graded"):
        with (tmp_path / book / "grades-moodle.csv").open(encoding="utf-8-sig") as file:
            states = {line["Email address"]: line["Feedback"][:7] for line in csv.DictReader(file)}
        assert states == {CLASS[0]: "", CLASS[1]: "", CLASS[2]: "missing"}
    assert (tmp_path / "export" / "gradescope.zip").is_file()
    assert (tmp_path / "export" / "classroom50" / "README.md").is_file()


def test_the_pages_numbers_are_the_courses() -> None:
    """How many questions are generated, and in how many versions, is as the page says."""
    text = (PAGES / "assign.md").read_text(encoding="utf-8")
    assert len(Bank(COURSE).generated) == 18
    assert "Eighteen questions are generated" in text
    assert f"Each has {VERSIONS} versions, of which at least 80 differ" in text
    fewest = min(
        len({made.version(number).content_hash for number in range(VERSIONS)}) for made in all_generated(COURSE)
    )
    assert fewest >= 80


@pytest.mark.parametrize("topic", COURSE.topics)
def test_every_lesson_has_its_notes(topic: str) -> None:
    """The notes have a plan whose minutes hold the lesson's, something live, stumbles, questions and wrong answers, and are linked."""
    lesson = COURSE.lesson(topic)
    text = lesson.notes.read_text(encoding="utf-8")
    assert [name for name in SECTIONS if f"{{ #{name} }}" not in text] == []
    plan = text.partition("{ #plan }")[2].partition("\n## ")[0]
    minutes = [int(found) for found in re.findall(r"^\| (\d+) \|", plan, re.MULTILINE)]
    assert len(minutes) >= 4
    assert lesson.minutes <= sum(minutes) <= 90
    live = text.partition("{ #live }")[2].partition("\n## ")[0]
    assert "```python" in live
    for section in ("stumbles", "discussion"):
        assert text.partition(f"{{ #{section} }}")[2].partition("\n## ")[0].count("\n- ") >= 3
    assert f"/// beliefs | {topic}" in text
    assert f"notes/{lesson.stem}.md" in (PAGES / "index.md").read_text(encoding="utf-8")


def test_sessions_hold_all_lessons_and_no_more_than_they_may() -> None:
    """Lessons are split in their order; a session is never longer than asked, unless one lesson alone is."""
    for most in (20, 45, 60, 90, 1000):
        split = sessions(COURSE.lessons, most)
        assert [lesson for session in split for lesson in session.lessons] == list(COURSE.lessons)
        assert all(session.minutes <= most or len(session.lessons) == 1 for session in split)
        assert sum(session.minutes for session in split) == sum(lesson.minutes for lesson in COURSE.lessons)
