"""An assignment is one file that people read; the same file gives every student the same paper again."""

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from class_of_students import BANK
from pydantic import ValidationError

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.teaching.assignments.assignment import Assignment, assignment_toml, read_assignment, student_id

ROOT = Path(__file__).parents[4]
WANTED = ("leaks", "engine_and_pool.generated", "why_pooling.purpose")


def assignment(**changes: Any) -> Assignment:
    """Make an assignment of a lesson, generated questions and a single one."""
    data: dict[str, Any] = {
        "id": "pools-week-3",
        "title": 'Pools, "week" 3 <b>',
        "seed": 4711,
        "due": datetime.fromisoformat("2026-12-01T23:59:00+01:00"),
        "question": [{"id": name, "points": 1, "hash": BANK.hash(name)} for name in BANK.names(WANTED)],
    }
    return Assignment.model_validate(data | changes)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Writing and reading lose nothing, and each question has a comment that says what it asks."""
    path = tmp_path / "assignment.toml"
    for feedback in ("now", "after_due", "never"):
        made = assignment(feedback=feedback, variants="student", order="shuffled")
        path.write_text(assignment_toml(made, BANK), encoding="utf-8")
        assert read_assignment(path, BANK) == made
    text = path.read_text(encoding="utf-8")
    assert text.count("[[question]] # ") == len(made.questions)
    assert "poolschool collect" in text.splitlines()[0]


def test_the_link_holds_the_assignment_and_no_answer() -> None:
    """The fragment of the link is the payload; it names questions and tells nothing of what is right."""
    made = assignment()
    address, _, packed = made.link("https://pools.example/course/").partition("#")
    assert address == "https://pools.example/course/assigned/"
    payload = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    assert payload == made.payload
    told = json.loads(payload)
    assert told["questions"][0] == ["leaks.first_failing_call", 1.0, BANK.hash("leaks.first_failing_call")]
    assert set(told) == {"v", "id", "title", "seed", "variants", "order", "due", "feedback", "questions"}


def test_a_shared_paper_is_the_same_for_all() -> None:
    """With shared variants two students have the same versions in the same order."""
    made = assignment(variants="shared", order="shuffled")
    assert made.paper(BANK, "ada") == made.paper(BANK, "grace")


def test_students_have_papers_of_their_own() -> None:
    """With a paper each, students differ in seed and versions; blanks and capitals around a name change nothing."""
    made = assignment(variants="student", order="shuffled")
    papers = {student: made.paper(BANK, student) for student in ("ada", "grace", "edsger", "barbara")}
    assert len({paper.seed for paper in papers.values()}) == 4
    assert len({tuple(item.question.uid for item in paper.items) for paper in papers.values()}) == 4
    assert {frozenset(item.name for item in paper.items) for paper in papers.values()} == {
        frozenset(asked.id for asked in made.questions)
    }
    assert made.paper(BANK, "  ADA ") == papers["ada"]
    assert student_id(" Ada@Example.org") == "ada@example.org"


def test_the_order_is_as_written_unless_shuffled() -> None:
    """Written order is the file's; points follow their question wherever it stands."""
    questions = [{"id": "leaks.the_cure", "points": 3}, {"id": "why_pooling.purpose", "points": 0.5}]
    made = assignment(question=questions)
    assert [(item.name, item.points) for item in made.paper(BANK).items] == [
        ("leaks.the_cure", 3),
        ("why_pooling.purpose", 0.5),
    ]
    orders = {
        tuple(item.points for item in assignment(question=questions, order="shuffled", seed=seed).paper(BANK).items)
        for seed in range(20)
    }
    assert orders == {(3, 0.5), (0.5, 3)}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due": datetime(2026, 12, 1)}, "`due` has no offset from UTC."),  # noqa: DTZ001 - that is the mistake
        ({"due": None, "feedback": "after_due"}, "Feedback waits for a due date that is not there."),
        ({"question": [{"id": "leaks.the_cure"}] * 2}, "The question 'leaks.the_cure' is asked twice."),
        ({"question": []}, "question"),
        ({"seed": -1}, "seed"),
        ({"id": "Week 3"}, "id"),
        ({"feedbak": "now"}, "Did you mean `feedback`?"),
    ],
)
def test_a_mistake_in_the_file_is_found(changes: dict[str, Any], says: str) -> None:
    """What cannot be meant is refused with a reason."""
    with pytest.raises(ValidationError) as caught:
        assignment(**changes)
    assert says in str(caught.value)


def test_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    """A file that was edited wrongly says where and what to do, all at once."""
    path = tmp_path / "assignment.toml"
    text = assignment_toml(assignment(), BANK).replace("seed = 4711", 'seed = "4711"').replace("feedback", "feedbak")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseFault) as caught:
        read_assignment(path, BANK)
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert all(line.split(":")[1].isdigit() for line in lines)


def test_a_question_that_was_changed_since_is_named() -> None:
    """The hash in the file tells a question that is not what it was; without one it is taken as it is."""
    questions = [{"id": "leaks.the_cure", "hash": "0" * 12}, {"id": "why_pooling.purpose"}]
    assert assignment(question=questions).changed(BANK) == ["leaks.the_cure"]
    assert assignment().changed(BANK) == []


def test_what_is_asked_for_is_found_or_the_nearest_is_named() -> None:
    """A topic means its written questions, `generated` the others; what leads nowhere names what is near."""
    assert BANK.names(["why_pooling.purpose", "why_pooling"])[0] == "why_pooling.purpose"
    assert len(set(BANK.names(["why_pooling", "why_pooling.purpose"]))) == len(BANK.names(["why_pooling"]))
    assert not set(BANK.names(["engine_and_pool"])) & set(BANK.names(["engine_and_pool.generated"]))
    with pytest.raises(UserMistake, match=r"Did you mean: leaks\.the_cure"):
        BANK.names(["leaks.the_curse"])
    with pytest.raises(UserMistake, match="Did you mean: leaks"):
        BANK.names(["leeks"])
