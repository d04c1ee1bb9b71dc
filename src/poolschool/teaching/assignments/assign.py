"""`poolschool assign`: write an assignment down, and make of it what students get: a link, packages for an LMS, a paper."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.files import file_name, write_whole
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import Assignment, read_assignment, unknown_questions, written
from poolschool.teaching.classroom.roster import Roster, load_roster
from poolschool.teaching.exports.export import render

FILE = "assignment.toml"
LOCAL = "http://127.0.0.1:8000"  # where `make course` serves
LMS_VERSIONS = 20  # of a generated question, for an LMS to draw from
FORMATS = ("moodle", "qti", "gift")


def assign(
    wanted: tuple[str, ...],
    wish: dict[str, Any],
    due: str,
    points: float,
    site: str,
    roster: Path | None,
    output: Path | None,
) -> int:
    """Make an assignment of topics and questions, or make everything anew from an assignment's file.

    `wish` holds what was asked for of Assignment's fields, None for the rest; `due` is an ISO date and time, in this machine's
    zone if it names none. Writes into `output`, by default a folder named like the assignment.
    """
    console = Console(highlight=False, soft_wrap=True)
    course = load_course()
    bank = Bank(course)
    students = load_roster(roster) if roster else None
    if len(wanted) == 1 and wanted[0].endswith(".toml"):
        if due or any(value is not None for value in wish.values()):
            raise UserMistake(
                f"{wanted[0]} says all of this already. Change it there and make everything anew from it."
            )
        source = Path(wanted[0])
        assignment = _reread(source, bank)
        output = output or source.parent
    else:
        assignment = _planned(bank, wanted, wish, due, points)
        output = output or Path("assignments") / assignment.id
        source = output / FILE
        _keep(source, written(assignment, bank))
    console.print(f"[bold]{escape(assignment.title)}[/bold]: {_counted(assignment)}")
    console.print(f"  {escape(str(source))}  what is asked, and of whom: read it, change it, keep it")
    link = assignment.link(site or LOCAL)
    write_whole(output / "link.txt", f"{link}\n".encode())
    console.print(f"  {escape(str(output / 'link.txt'))}  the link to hand out")
    pages = course.addresses(site)
    losses = _packages(assignment, bank, pages, output, console)
    papers = _papers(assignment, bank, pages, students, output)
    console.print(f"  {escape(str(papers))}  on paper, with a key of its own")
    for loss in dict.fromkeys(losses):
        console.print(f"  [yellow]note[/yellow] {escape(loss)}")
    if not site:
        console.print(f"The link leads to {LOCAL}, which only this machine serves. Give --site for your students.")
    console.print(
        "What a page cannot prevent: docs/instructors/assign.md. Scores: poolschool collect RESULTS --assignment "
        + escape(str(source))
    )
    return 0


def _reread(path: Path, bank: Bank) -> Assignment:
    assignment = read_assignment(path)
    if faults := unknown_questions(assignment, bank, path):
        raise CourseFault(faults)
    if changed := assignment.changed(bank):
        raise UserMistake(
            f"The course has changed since {path} was written: {', '.join(changed)}. "
            "Look at them, and remove their `hash` lines to assign them as they are now."
        )
    return assignment


def _planned(bank: Bank, wanted: tuple[str, ...], wish: dict[str, Any], due: str, points: float) -> Assignment:
    names = bank.names(wanted)
    if not names:
        raise UserMistake(f"Say what is to be asked: topics ({', '.join(bank.course.topics)}) or single questions.")
    title = wish.get("title") or " and ".join(dict.fromkeys(bank.lessons[name].title for name in names))
    slug = re.sub(r"[^a-z0-9]+", "-", (wish.get("title") or "-".join(dict.fromkeys(wanted))).lower()).strip("-")
    data = {"id": slug[:60].strip("-") or "assignment", "seed": secrets.randbelow(1_000_000)}
    data |= {key: value for key, value in wish.items() if value is not None} | {"title": title}
    if due:
        data["due"] = _moment(due)
    data["question"] = [{"id": name, "points": points, "hash": bank.hash(name)} for name in names]
    try:
        return Assignment.model_validate(data)
    except ValidationError as error:
        said = (f"{told['loc'][0] if told['loc'] else 'the assignment'}: {told['msg']}" for told in error.errors())
        raise UserMistake(f"This cannot be assigned. {'; '.join(said)}") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserMistake(
            f"{text!r} is no date and time. Write it like 2026-12-01T23:59 or 2026-12-01T23:59+01:00."
        ) from None
    return moment if moment.tzinfo else moment.astimezone()


def _packages(assignment: Assignment, bank: Bank, pages: dict[str, str], output: Path, console: Console) -> list[str]:
    """Write the packages for LMSs; give what they cannot carry. Students' own versions are drawn by the LMS there."""
    losses = []
    paper = assignment.paper(bank, versions=LMS_VERSIONS if assignment.variants == "student" else 1, pages=pages)
    for name in FORMATS:
        made = render(name, paper)
        losses += [f"{name}: {loss}" for loss in made.losses]
        for file in made.write(output):
            console.print(f"  {escape(str(file))}  for an LMS ({name})")
    return losses


def _papers(assignment: Assignment, bank: Bank, pages: dict[str, str], roster: Roster | None, output: Path) -> Path:
    """Write the paper for all, or one for each student of the roster."""
    if roster is None or assignment.variants == "shared":
        render("print", assignment.paper(bank, pages=pages)).write(output)
        return output
    for student in roster.students:
        render("print", assignment.paper(bank, student.key, pages=pages)).write(
            output / "papers" / file_name(student.key)
        )
    return output / "papers"


def _counted(assignment: Assignment) -> str:
    points = sum(asked.points for asked in assignment.questions)
    when = f", due {assignment.due:%Y-%m-%d %H:%M %z}" if assignment.due else ""
    return f"{_many(assignment.questions, 'question')}, {points:g} points{when}, seed {assignment.seed}"


def _many(things: Iterable[object], name: str) -> str:
    count = sum(1 for _ in things)
    return f"{count} {name}{'' if count == 1 else 's'}"


def _keep(path: Path, text: str) -> None:
    """Write an assignment's file, but never over another one."""
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") != text:
        raise UserMistake(
            f"{path} is there already and says something else. Give another --id or --output, "
            f"or make everything anew from it: poolschool assign {path}"
        )
    write_whole(path, text.encode())
