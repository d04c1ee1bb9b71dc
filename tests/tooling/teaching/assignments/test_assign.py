"""Assigning: one file that is never overwritten, and everything that students get made from it."""

import base64
import json
import tomllib
from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assign import assign
from poolschool.teaching.assignments.assignment import read_assignment

NOTHING = dict.fromkeys(("title", "id", "feedback", "variants", "order", "seed"))
ROSTER = "student,name\nada,Ada\ngrace,Grace\n"


def made(folder: Path, *wanted: str, due: str = "", site: str = "", roster: bool = False, **wish: object) -> Path:
    """Assign something into a folder; give the folder."""
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    who = folder / "roster.csv" if roster else None
    assert assign(wanted, NOTHING | {"seed": 3, **wish}, due, 2.0, site, who, folder / "out") == 0
    return folder / "out"


def test_everything_is_made(tmp_path: Path) -> None:
    """An assignment gives its file, a link, packages for three kinds of LMS, a paper and its key."""
    out = made(tmp_path, "leaks", "engine_and_pool.generated", title="Pools, week 3", due="2026-12-01T23:59+01:00")
    assert {path.name for path in out.iterdir()} == {
        *("assignment.toml", "link.txt", "moodle.xml", "qti.zip", "questions.gift.txt", "paper.html", "key.html")
    }
    asked = read_assignment(out / "assignment.toml", Bank(load_course(Path(__file__).parents[4])))
    assert (asked.id, asked.title, asked.seed) == ("pools-week-3", "Pools, week 3", 3)
    assert {question.points for question in asked.questions} == {2.0}
    link = (out / "link.txt").read_text().strip()
    packed = link.partition("#")[2]
    told = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert told["due"] == "2026-12-01T23:59:00+01:00"


def test_each_student_has_a_paper(tmp_path: Path) -> None:
    """With variants and a list each student has a folder with a paper and a key of their own."""
    out = made(tmp_path, "engine_and_pool.generated", variants="student", roster=True)
    ada, grace = ((out / "papers" / name / "paper.html").read_text(encoding="utf-8") for name in ("ada", "grace"))
    assert ada != grace
    assert (out / "papers/ada/key.html").is_file()


def test_it_is_made_anew_from_its_file(tmp_path: Path) -> None:
    """After a change in the file the link says what the file says; nothing else is asked for then."""
    out = made(tmp_path, "why_pooling")
    path = out / "assignment.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('feedback = "never"', 'feedback = "now"'), encoding="utf-8"
    )
    before = (out / "link.txt").read_text()
    assert assign((str(path),), NOTHING, "", 1.0, "", None, None) == 0
    assert (out / "link.txt").read_text() != before
    with pytest.raises(UserMistake, match="says all of this already"):
        assign((str(path),), NOTHING | {"title": "Another"}, "", 1.0, "", None, None)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Another assignment of the same name is refused, and the first is as it was."""
    out = made(tmp_path, "why_pooling")
    before = (out / "assignment.toml").read_text(encoding="utf-8")
    with pytest.raises(UserMistake, match="is there already and says something else"):
        made(tmp_path, "leaks")
    assert (out / "assignment.toml").read_text(encoding="utf-8") == before
    made(tmp_path, "why_pooling")  # the same again is no harm


@pytest.mark.parametrize(
    ("wanted", "how", "says"),
    [
        (("leeks",), {}, "Did you mean: leaks"),
        (("leaks.nothing",), {}, "There is no question 'leaks.nothing'"),
        (("leaks",), {"due": "tomorrow"}, "'tomorrow' is no date and time. Write it like 2026-12-01T23:59"),
        (("leaks",), {"feedback": "after_due"}, "Feedback waits for a due date that is not there."),
        (("leaks",), {"id": "Week 3!"}, "This cannot be assigned. --id: it may hold small letters"),
        (("nowhere/assignment.toml",), {}, "The file does not exist."),
    ],
)
def test_mistakes_are_said_in_words(tmp_path: Path, wanted: tuple[str, ...], how: dict[str, str], says: str) -> None:
    """What cannot be assigned is said with a way out."""
    wish = {key: value for key, value in how.items() if key != "due"}
    seed = {} if wanted[0].endswith(".toml") else {"seed": 1}
    with pytest.raises((UserMistake, CourseFault)) as caught:
        assign(wanted, NOTHING | seed | wish, how.get("due", ""), 1.0, "", None, tmp_path / "out")
    assert says in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_changed_question_stops_and_names_it(tmp_path: Path) -> None:
    """A question that was changed since is named, and accepted once its hash is removed."""
    out = made(tmp_path, "why_pooling.purpose")
    path = out / "assignment.toml"
    text = path.read_text(encoding="utf-8")
    kept = tomllib.loads(text)["question"][0]["hash"]
    path.write_text(text.replace(kept, "0" * 12), encoding="utf-8")
    with pytest.raises(UserMistake, match=r"has changed since .*: why_pooling\.purpose"):
        assign((str(path),), NOTHING, "", 1.0, "", None, None)
    path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("hash")), encoding="utf-8")
    assert assign((str(path),), NOTHING, "", 1.0, "", None, None) == 0
