"""A class that hands in: result files as the page writes them, with answers drawn by a seed."""

import contextlib
import csv
import io
import json
import os
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from poolschool.course.lessons import find_root, load_course
from poolschool.quiz.paper import Bank
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.teaching.assignments.assignment import Assignment, assignment_toml, crc
from poolschool.teaching.assignments.collect import collect
from poolschool.teaching.assignments.handed_in import SCHEMA, canonical

# One for all tests: making it takes a while.
BANK = Bank(load_course(find_root(Path(__file__).parent)))
DUE = datetime.fromisoformat("2026-12-01T23:59:00+01:00")
WANTED = (
    *("leaks.the_cure", "leaks.four_endings", "leaks.still_holding", "engine_and_pool.life_of_a_pool"),
    *("engine_and_pool.generated", "why_pooling.generated", "leaks.generated"),
)


def assignment(bank: Bank, wanted: tuple[str, ...] = WANTED, **changes: Any) -> Assignment:
    """Make an assignment with a paper for each student."""
    data = {"id": "pools", "title": "Pools", "seed": 7, "variants": "student", "order": "shuffled", "due": DUE}
    data["question"] = [{"id": name, "points": 1.0, "hash": bank.hash(name)} for name in bank.names(wanted)]
    return Assignment.model_validate(data | changes)


def right_answer(question: Question) -> int | list[int] | str:
    """Give the right answer, as the page would note it."""
    match question:
        case Choice():
            return next(part for part, option in enumerate(question.options) if option.right)
        case ChooseAll():
            return [part for part, option in enumerate(question.options) if option.right]
        case Number():
            return f"{question.value:g}"
        case Output():
            return question.prints
        case Order():
            return list(range(len(question.steps)))


def wrong_answer(question: Question, draw: random.Random) -> int | list[int] | str:
    """Give a wrong answer that people give."""
    match question:
        case Choice():
            return draw.choice([part for part, option in enumerate(question.options) if not option.right])
        case ChooseAll():
            return [draw.choice([part for part, option in enumerate(question.options) if not option.right])]
        case Number():
            return f"{draw.choice(question.wrong).value:g}" if question.wrong else "12345"
        case Output():
            return draw.choice(question.wrong).prints if question.wrong else "nothing"
        case Order():
            return list(reversed(range(len(question.steps))))


def handed_in(
    asked: Assignment,
    bank: Bank,
    student: str,
    /,
    *,
    skill: float = 0.6,
    seed: int = 0,
    when: datetime | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Make a result file's content: right answers with the probability `skill`, one in twenty left open."""
    draw = random.Random(f"{student}{seed}")  # noqa: S311 - not for secrets
    paper = asked.paper(bank, student)
    answers = []
    for item in paper.items:
        question = item.question
        answer = right_answer(question) if draw.random() < skill else wrong_answer(question, draw)
        answers.append(
            {
                "question": item.name,
                "version": question.version,
                "hash": question.content_hash,
                "answer": None if draw.random() < 0.05 else answer,
            }
        )
    moment = when or DUE - timedelta(hours=draw.randint(1, 100))
    inside = {
        "assignment": asked.id,
        "digest": asked.digest,
        "student": student,
        "name": "",
        "began": "2026-11-23T10:00:00.000Z",
    }
    inside |= {
        "handed_in": moment.isoformat(),
        "seconds": draw.randint(60, 3000),
        "times_handed_in": 1,
        "answers": answers,
    }
    inside |= changes
    return {"schema": SCHEMA, "check": crc(canonical(inside)), "paper": inside}


def as_bytes(content: dict[str, Any]) -> bytes:
    """Write a result file."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


class Collected:
    """What `poolschool collect` made of some files: its tables, and what it said."""

    def __init__(
        self,
        folder: Path,
        asked: Assignment,
        bank: Bank,
        files: Mapping[str, bytes],
        roster: str = "",
        links: Mapping[str, str] | None = None,
        fifos: Sequence[str] = (),
        **how: Any,
    ) -> None:
        inside = folder / "in"
        inside.mkdir(parents=True)
        for name, content in files.items():
            path = inside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, target in (links or {}).items():
            (inside / name).symlink_to(target)
        for name in fifos:
            os.mkfifo(inside / name)
        (folder / "assignment.toml").write_text(assignment_toml(asked, bank), encoding="utf-8")
        (folder / "roster.csv").write_text(roster, encoding="utf-8")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            who = folder / "roster.csv" if roster else None
            assert collect((inside,), folder / "assignment.toml", who, folder / "out", **how) == 0
        self.said = said.getvalue()
        self.tables = {
            path.name: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
            for path in (folder / "out").glob("*.csv")
        }
        self._page = (folder / "out/grades.html").read_text(encoding="utf-8")

    def points(self, key: str) -> str:
        """Give the points of a student, "" for none."""
        lines = [line for line in self.tables["scores.csv"] if line["student"] == key]
        return lines[0]["total"] if lines else ""

    def state(self, key: str) -> str:
        """Give what the page says of a student in a word."""
        row = next(row for row in self._page.split("<tr>") if f"<td>{key}</td>" in row)
        return row.split('<td class="')[1].split(">")[1].split("<")[0]

    def report(self, name: str) -> dict[str, str]:
        """Give the line of the report on a file."""
        return next(line for line in self.tables["report.csv"] if line["file"].endswith(f"/{name}"))
