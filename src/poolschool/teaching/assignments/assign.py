"""`poolschool assign`: write an assignment down, and make of it what students get: a link, packages for an LMS, a paper."""

import os
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from poolschool.course.faults import UserMistake
from poolschool.course.files import FileSet, file_name
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import END_OF_DAY, YEARS, Assignment, assignment_toml, read_assignment
from poolschool.teaching.assignments.field_words import in_words, option_name
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster
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
    text = ""
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
        text = assignment_toml(assignment, bank)
        _check_free(source, text)
    link = assignment.link(site or LOCAL)
    pages = course.addresses(site)
    with FileSet(output) as files:
        if text:
            files.write(FILE, text.encode())
        files.write("link.txt", f"{link}\n".encode())
        packages, losses = _packages(assignment, bank, pages, files)
        papers = _papers(assignment, bank, pages, students, files)
    console.print(f"[bold]{escape(assignment.title)}[/bold]: {_counted(assignment)}")
    console.print(f"  {escape(str(source))}  what is asked, and of whom: read it, change it, keep it")
    console.print(f"  {escape(str(output / 'link.txt'))}  the link to hand out")
    for place, name in packages:
        console.print(f"  {escape(str(place))}  for an LMS ({name})")
    console.print(f"  {escape(str(papers))}  on paper, with a key of its own")
    for loss in (*(students.notes if students else ()), *dict.fromkeys(losses)):
        console.print(f"  [yellow]note[/yellow] {escape(loss)}")
    if assignment.due and assignment.due < datetime.now(UTC):
        console.print(
            f"  [yellow]look at[/yellow] it was due {assignment.due:%Y-%m-%d %H:%M %z}, which is past: all will be late"
        )
    if not site:
        console.print(f"The link leads to {LOCAL}, which only this machine serves. Give --site for your students.")
    console.print(
        "What a page cannot prevent: docs/instructors/assign.md. Scores: poolschool collect RESULTS --assignment "
        + escape(str(source))
    )
    return 0


def _reread(path: Path, bank: Bank) -> Assignment:
    assignment = read_assignment(path, bank)
    if changed := assignment.changed(bank):
        raise UserMistake(
            f"The course has changed since {path} was written: {', '.join(changed)}. "
            "Look at them, and remove their `hash` lines to assign them as they are now."
        )
    return assignment


def _planned(bank: Bank, wanted: tuple[str, ...], wish: dict[str, Any], due: str, points: float) -> Assignment:
    if paths := [name for name in wanted if is_path(name)]:
        raise UserMistake(
            f"{paths[0]!r} is a path, and no assignment: give the name of a lesson or question, or a single assignment.toml."
        )
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
        faults = " ".join(dict.fromkeys(f"{option_name(told['loc'])}: {in_words(told)}" for told in error.errors()))
        raise UserMistake(f"This cannot be assigned. {faults}") from None


def is_path(name: str) -> bool:
    """Say whether a name is that of a file or folder, and not of a lesson or question."""
    return name in (".", "..") or "/" in name or "\\" in name or name.endswith((".py", ".toml", ".md"))


def _moment(text: str) -> datetime:
    way_out = "Write it like 2026-12-01T23:59 or 2026-12-01T23:59+01:00."
    try:
        moment = _end_of_day(text) or datetime.fromisoformat(text)
    except ValueError:
        raise UserMistake(f"{text!r} is no date and time. {way_out}") from None
    if moment.year not in YEARS:
        raise UserMistake(f"{text!r} is in the year {moment.year}. {way_out}")
    return moment if moment.tzinfo else moment.astimezone()


def _end_of_day(text: str) -> datetime | None:
    """Return the last minute of a date that is written without a time, None for anything else."""
    try:
        return datetime.combine(date.fromisoformat(text), END_OF_DAY)
    except ValueError:
        return None


def _packages(
    assignment: Assignment, bank: Bank, pages: dict[str, str], files: FileSet
) -> tuple[list[tuple[Path, str]], list[str]]:
    """Add the packages for LMSs; give their places, and what they cannot carry. Students' own versions are drawn there."""
    places, losses = [], []
    paper = assignment.paper(bank, versions=LMS_VERSIONS if assignment.variants == "student" else 1, pages=pages)
    for name in FORMATS:
        package = render(name, paper)
        losses += [f"{name}: {loss}" for loss in package.losses]
        places += [(files.write(file, content), name) for file, content in package.files.items()]
    return places, losses


def _papers(assignment: Assignment, bank: Bank, pages: dict[str, str], roster: Roster | None, files: FileSet) -> Path:
    """Add the paper for all, or one for each student of the roster; give their folder."""
    if roster is None or assignment.variants == "shared":
        for file, content in render("print", assignment.paper(bank, pages=pages)).files.items():
            files.write(file, content)
        return files.folder
    for student in roster.students:
        paper = render("print", assignment.paper(bank, student.key, pages=pages))
        for file, content in paper.files.items():
            files.write(f"papers/{file_name(student.key)}/{file}", content)
    return files.folder / "papers"


def _counted(assignment: Assignment) -> str:
    points = sum(asked.points for asked in assignment.questions)
    when = f", due {assignment.due:%Y-%m-%d %H:%M %z}" if assignment.due else ""
    return f"{_many(assignment.questions, 'question')}, {points:g} {'point' if points == 1 else 'points'}{when}, seed {assignment.seed}"


def _many(things: Iterable[object], name: str) -> str:
    count = sum(1 for _ in things)
    return f"{count} {name}{'' if count == 1 else 's'}"


def _check_free(path: Path, text: str) -> None:
    """Raise UserMistake if an assignment's file would replace another one."""
    try:
        there = path.read_text(encoding="utf-8", errors="replace") if os.path.lexists(path) else text
    except OSError as error:
        there = error.strerror or "a folder"
    if there != text:
        raise UserMistake(
            f"{path} is there already and says something else. Give another --id or --output, "
            f"or make everything anew from it: poolschool assign {path}"
        )
