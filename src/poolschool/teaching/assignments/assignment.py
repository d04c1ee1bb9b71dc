"""An assignment: which questions, how many points, when it is due and when feedback comes; one TOML file that people read.

Students are told apart by what they call themselves (`student`): their key in the roster, whatever its case.
The same file gives every student's paper again, whenever it is read.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import InitErrorDetails

from poolschool.course.faults import CourseFault, Fault, course_path
from poolschool.course.toml_faults import faults_of, read_toml
from poolschool.course.toml_table import Prose, TomlTable, duplicates, fault_at
from poolschool.quiz.paper import Bank, Paper
from poolschool.quiz.questions import Question
from poolschool.quiz.shuffle import fnv1a
from poolschool.quiz.text import plain

PAGE = "assigned/"  # of the site
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
YEARS = range(2000, 2200)  # times outside of them overflow where zones are compared
END_OF_DAY = time(23, 59)
_HEAD = """\
An assignment of Pool School. Read it, change it, keep it: `poolschool collect` scores by this file.
After a change make links, packages and papers anew: poolschool assign THIS_FILE
"""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Feedback = Literal["now", "after_due", "never"]
Variants = Literal["shared", "student"]
Order = Literal["written", "shuffled"]


def _one_line(text: str) -> str:
    """Refuse a title that no XML, file or terminal can show."""
    if _BREAKS.search(text):
        raise ValueError("it holds a line break or a control character")
    return text


def _moment(value: object) -> object:
    """Return the last minute of a date without a time, in UTC, so that it is the same moment wherever the file is read."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, END_OF_DAY, UTC)
    return value


class AssignedQuestion(TomlTable):
    """A question of the assignment. `hash` tells a question that was changed since: `Bank.hash` of its name."""

    id: Annotated[Prose, StringConstraints(max_length=130)]
    points: Annotated[float, Field(gt=0, le=1000)] = 1.0
    hash: Prose = ""


class Assignment(TomlTable):
    """What is asked of whom.

    `seed` decides the order of options and which versions of generated questions are asked; with `variants = "student"`
    each student's own seed follows from it. `due` has an offset from UTC; a date alone is the end of that day in UTC. `feedback` comes after handing in: now,
    after_due or never.
    """

    id: Id
    title: Annotated[Prose, StringConstraints(max_length=200), AfterValidator(_one_line)]
    seed: Annotated[int, Field(ge=0, le=0xFFFFFFFF)]
    variants: Variants = "shared"
    order: Order = "written"
    due: Annotated[datetime | None, BeforeValidator(_moment)] = None
    feedback: Feedback = "never"
    questions: Annotated[tuple[AssignedQuestion, ...], Field(alias="question", min_length=1, strict=False)]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """Each question stands once; a due date is a moment, and is there if feedback waits for it."""
        yield from duplicates(table, "question", "id", "The question {!r} is asked twice.")
        due = table.get("due")
        if isinstance(due, date) and due.year not in YEARS:
            yield fault_at(("due",), f"`due` is in the year {due.year}.", "Give a year from 2000 to 2199.")
        elif isinstance(due, datetime) and due.tzinfo is None:
            yield fault_at(("due",), "`due` has no offset from UTC.", "Write it like 2026-12-01T23:59:00+01:00.")
        if table.get("feedback") == "after_due" and due is None:
            yield fault_at(("feedback",), "Feedback waits for a due date that is not there.", "Give `due`.")

    def seed_of(self, student: str) -> int:
        """Give the seed of a student's paper; without a student that of the paper for all."""
        return fnv1a(f"{self.seed}:{student_id(student)}") if student and self.variants == "student" else self.seed

    def paper(self, bank: Bank, student: str = "", *, versions: int = 1, pages: dict[str, str] | None = None) -> Paper:
        """Make a student's paper, or the paper for all. Raises UserMistake for a question that the course does not have."""
        return bank.paper(
            bank.names(asked.id for asked in self.questions),
            id=self.id,
            title=self.title,
            seed=self.seed_of(student),
            points={asked.id: asked.points for asked in self.questions},
            shuffle=self.order == "shuffled",
            versions=versions,
            pages=pages,
        )

    def changed(self, bank: Bank) -> list[str]:
        """Name the questions that are not what they were when the assignment was made."""
        return [asked.id for asked in self.questions if asked.hash and asked.hash != bank.hash(asked.id)]

    @property
    def payload(self) -> str:
        """The assignment as the page reads it: compact JSON without any key to the answers."""
        due = self.due.isoformat() if self.due else None
        told = {"v": 1, "id": self.id, "title": self.title, "seed": self.seed, "variants": self.variants}
        told |= {"order": self.order, "due": due, "feedback": self.feedback}
        told |= {"questions": [[asked.id, asked.points, asked.hash] for asked in self.questions]}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """8 hex digits by which a result file says which assignment, in which wording, it belongs to."""
        return crc(self.payload)

    def link(self, site: str) -> str:
        """Give the address that opens the site in assigned mode; nothing behind the # is sent to a server."""
        packed = base64.urlsafe_b64encode(self.payload.encode()).decode().rstrip("=")
        return f"{site.rstrip('/')}/{PAGE}#{packed}"


def student_id(student: str) -> str:
    """Give the name by which a student is told apart: without blanks around it, in small letters."""
    return student.strip().lower()


def crc(text: str) -> str:
    """Give the CRC-32 of a text's UTF-8 as 8 hex digits: tells damage and careless edits, not a forger."""
    return f"{zlib.crc32(text.encode(errors='replace')):08x}"


def read_assignment(path: Path, bank: Bank) -> Assignment:
    """Read an assignment of the bank's questions; raise CourseFault with every fault and its line."""
    data, places = read_toml(path)
    try:
        assignment = Assignment.model_validate(data)
    except ValidationError as error:
        raise CourseFault(faults_of(error, path, places)) from None
    way_out = "Correct the name or remove the question; `poolschool export key` lists them."
    unknown = [
        Fault(
            course_path(path),
            places.line(("question", index, "id")),
            f"The course has no question `{one.id}`.",
            way_out,
        )
        for index, one in enumerate(assignment.questions)
        if one.id not in bank.lessons
    ]
    if unknown:
        raise CourseFault(unknown)
    return assignment


def assignment_toml(assignment: Assignment, bank: Bank) -> str:
    """Write an assignment as TOML; a comment tells what each question asks."""
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    for key in ("id", "title", "seed", "variants", "order", "due", "feedback"):
        if (value := getattr(assignment, key)) is not None:
            document.add(key, tomlkit.item(value))
    notes = {
        "seed": "the same seed gives the same papers",
        "variants": "shared: one paper for all · student: each has a paper of their own",
        "order": "written · shuffled",
        "feedback": "after handing in: now · after_due · never",
    }
    for key, note in notes.items():
        document[key].comment(note)
    questions = tomlkit.aot()
    for asked in assignment.questions:
        table = tomlkit.table()
        table.comment(_about(bank.question(asked.id, assignment.seed)))
        table.update({"id": asked.id, "points": asked.points, "hash": asked.hash})
        questions.append(table)
    document.add("question", questions)
    return tomlkit.dumps(document)


def _about(question: Question) -> str:
    """Give the beginning of what a question asks."""
    text = " ".join(plain(question.prompt).split())
    return f"{question.type}: {text if len(text) <= 90 else text[:89] + '…'}"
