"""`poolschool collect`: score what was handed in, write the grade book, say what to teach again; no file is lost."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.files import csv_text, number_text, write_whole
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import Assignment, known_as, read_assignment, unknown_questions
from poolschool.teaching.assignments.pages import analysis_csv, analysis_page, grade_sections
from poolschool.teaching.assignments.result_files import find_results
from poolschool.teaching.assignments.results import Collection, Result, settle
from poolschool.teaching.assignments.scoring import Scored
from poolschool.teaching.classroom.gradebook import Column, Row, write_gradebook
from poolschool.teaching.classroom.roster import Roster, Student, load_roster


def collect(
    places: tuple[Path, ...],
    assignment: Path,
    roster: Path | None,
    output: Path,
    *,
    keep: str = "latest",
    site: str = "",
) -> int:
    """Collect result files of an assignment into a folder; `keep` is latest, first or best of what a student handed in."""
    console = Console(highlight=False, soft_wrap=True)
    course = load_course()
    bank = Bank(course)
    asked = read_assignment(assignment)
    if faults := unknown_questions(asked, bank, assignment):
        raise CourseFault(faults)
    students = load_roster(roster) if roster else None
    collection = Collection(asked, bank, students)
    files = list(find_results(places))
    if not files:
        raise UserMistake(f"There is no file in {', '.join(map(str, places))}.")
    results = [collection.take(found) for found in track(files, "Scoring", console=console, transient=True)]
    settle(results, keep)
    rows = _rows(results, students)
    papers = [result.scored for result in results if result.counts]
    pages = course.addresses(site)
    points = sum(question.points for question in asked.questions)
    changed = asked.changed(bank)
    sections = grade_sections(asked, _scores_by_student(results), changed)
    title = f"{asked.title}: grades"
    written = write_gradebook(output, title, [Column("total", asked.title, points)], rows, sections)
    others = {
        "report.csv": _report(results),
        "scores.csv": _scores(results, asked),
        "analysis.csv": analysis_csv(papers, bank.beliefs),
        "analysis.html": analysis_page(asked, papers, bank.beliefs, pages, _seconds(results)),
    }
    for name, text in others.items():
        write_whole(output / name, text.encode(errors="backslashreplace"))
        written.append(output / name)
    _tell(console, results, rows, changed, written)
    return 0


def _rows(results: Sequence[Result], roster: Roster | None) -> list[Row]:
    """Give a row for everybody in the list, then for those who handed in and are not in it."""
    of: dict[str, list[Result]] = {}
    for result in results:
        if result.student is not None:
            of.setdefault(known_as(result.student.key), []).append(result)
    listed = list(roster.students) if roster else []
    names = {known_as(student.key) for student in listed}
    strangers = {key: theirs[0].student for key, theirs in of.items() if key not in names}
    return [_row(student, of.get(known_as(student.key), [])) for student in (*listed, *strangers.values()) if student]


def _row(student: Student, results: list[Result]) -> Row:
    counted = next((result for result in results if result.counts), None)
    notes = [note for result in results if result.counts for note in result.notes]
    notes += [
        f"{Path(result.place).name}: {result.reason} {'; '.join(result.notes)}".strip()
        for result in results
        if result.reason
    ]
    if counted is None:
        return Row(student, "problem" if results else "missing", {"total": None}, "; ".join(notes))
    return Row(student, "late" if counted.late else "graded", {"total": counted.points}, "; ".join(notes))


def _scores_by_student(results: Iterable[Result]) -> list[tuple[Student, list[Scored]]]:
    return [(result.student, result.scored) for result in results if result.counts and result.student]


def _report(results: Sequence[Result]) -> str:
    """List every file with what became of it."""
    lines = [["file", "student", "outcome", "points", "why"]]
    for result in results:
        student = result.student.key if result.student else ""
        points = number_text(result.points, 4) if result.scored else ""
        lines.append(
            [result.place, student, result.outcome, points, "; ".join(filter(None, [result.reason, *result.notes]))]
        )
    return csv_text(lines)


def _scores(results: Sequence[Result], asked: Assignment) -> str:
    """List the points of every counted student by question, in the assignment's order."""
    names = [question.id for question in asked.questions]
    lines: list[list[str | float | None]] = [["student", *names, "total"]]
    for student, scored in _scores_by_student(results):
        points = {one.item.name: one.points if one.answered else None for one in scored}
        lines.append([student.key, *(points.get(name) for name in names), sum(one.points for one in scored)])
    return csv_text(lines)


def _seconds(results: Sequence[Result]) -> list[int]:
    return [result.handed_in.seconds for result in results if result.counts and result.handed_in]


def _tell(
    console: Console, results: Sequence[Result], rows: Sequence[Row], changed: list[str], written: list[Path]
) -> None:
    """Say what was found, what to look at, and where it is written."""
    outcomes = [result.outcome for result in results]
    told = ", ".join(
        f"{outcomes.count(word)} {word}" for word in ("counted", "late", "superseded", "problem") if word in outcomes
    )
    missing = sum(row.state == "missing" for row in rows)
    console.print(f"{len(results)} files: {told}. {missing} of {len(rows)} students handed in nothing.")
    for result in [result for result in results if result.reason][:20]:
        console.print(f"  [red]problem[/red] {escape(result.place)}: {escape(result.reason)}")
    if len([result for result in results if result.reason]) > 20:
        console.print("  … report.csv lists them all.")
    if changed:
        console.print(f"  [yellow]note[/yellow] Changed in the course since it was assigned: {', '.join(changed)}.")
    for path in written:
        console.print(f"  {escape(str(path))}")
