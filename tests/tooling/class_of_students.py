"""A class that hands in: result files as the page writes them, with answers drawn by a seed."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

from poolschool.quiz.paper import Bank
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.teaching.assignments.assignment import Assignment, crc
from poolschool.teaching.assignments.handed_in import SCHEMA, canonical

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
