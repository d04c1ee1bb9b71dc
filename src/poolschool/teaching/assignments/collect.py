"""`poolschool collect`: score what was handed in, write the grade book, say what to teach again; no file is lost."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track

from poolschool.course.faults import UserMistake
from poolschool.course.files import Cells, FileSet, csv_file, number_text
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import Assignment, read_assignment
from poolschool.teaching.assignments.pages import analysis_lines, analysis_page, grade_sections
from poolschool.teaching.assignments.result_files import find_results
from poolschool.teaching.assignments.results import Collection, Result, settle
from poolschool.teaching.assignments.scoring import Score
from poolschool.teaching.classroom.gradebook import Column, Row, add_gradebook
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster, Student


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
    asked = read_assignment(assignment, bank)
    students = load_roster(roster) if roster else None
    collection = Collection(asked, bank, students)
    files = track(find_results(places, without=output), "Scoring", console=console, transient=True)
    results = [collection.take(file) for file in files]
    if not results:
        raise UserMistake(f"There is no file in {', '.join(map(str, places))}.")
    settle(results, keep)
    rows = _rows(results, students)
    changed = asked.changed(bank)
    with FileSet(output) as written:
        notes = _add(written, asked, bank, results, rows, changed, course.addresses(site))
    notes = [*(students.notes if students else ()), *notes]
    if changed:
        notes.append(f"Changed in the course since it was assigned: {', '.join(changed)}.")
    _report(console, results, rows, notes, written.places)
    return 0


def _add(
    files: FileSet,
    asked: Assignment,
    bank: Bank,
    results: Sequence[Result],
    rows: Sequence[Row],
    changed: Sequence[str],
    pages: Mapping[str, str],
) -> list[str]:
    """Add the grade book and what belongs to it to the files of the run; give notes on them."""
    papers = [result.scores for result in results if result.counts]
    columns = [Column("total", asked.title, sum(question.points for question in asked.questions))]
    sections = grade_sections(asked, _scores_by_student(results), changed)
    notes = add_gradebook(files, f"{asked.title}: grades", columns, rows, sections)
    files.write("report.csv", csv_file(_file_lines(results)))
    files.write("scores.csv", csv_file(_score_lines(results, asked)))
    files.write("analysis.csv", csv_file(analysis_lines(papers, bank.beliefs)))
    seconds = [result.seconds for result in results if result.counts]
    analysis = analysis_page(asked, papers, bank.beliefs, pages, seconds)
    files.write("analysis.html", analysis.encode("utf-8", "backslashreplace"))
    return notes


def _rows(results: Sequence[Result], roster: Roster | None) -> list[Row]:
    """Give a row for everybody in the list, then for those who handed in and are not in it."""
    of: dict[Student, list[Result]] = {}
    for result in results:
        for student in result.about:
            of.setdefault(student, []).append(result)
    listed = list(roster.students) if roster else []
    strangers = [student for student in of if student not in set(listed)]
    return [
        *(_row(student, of.get(student, []), in_list=True) for student in listed),
        *(_row(student, of[student], in_list=roster is None) for student in strangers),
    ]


def _row(student: Student, results: list[Result], *, in_list: bool) -> Row:
    counted = next((result for result in results if result.counts and result.student == student), None)
    notes = list(counted.notes) if counted else []
    notes += [
        f"{Path(result.place).name}: {result.reason} {'; '.join(result.notes)}".strip()
        for result in results
        if result.reason
    ]
    if counted is None:
        return Row(student, "problem" if results else "missing", {"total": None}, "; ".join(notes), in_list)
    state = "late" if counted.late else "graded"
    return Row(student, state, {"total": counted.points}, "; ".join(notes), in_list)


def _scores_by_student(results: Iterable[Result]) -> list[tuple[Student, list[Score]]]:
    return [(result.student, result.scores) for result in results if result.counts and result.student]


def _file_lines(results: Sequence[Result]) -> list[Cells]:
    """List every file with what became of it."""
    lines: list[Cells] = [["file", "student", "outcome", "points", "why"]]
    for result in results:
        student = " or ".join(student.key for student in result.about[:5])
        points = number_text(result.points, 4) if result.scores else ""
        lines.append(
            [result.place, student, result.outcome, points, "; ".join(filter(None, [result.reason, *result.notes]))]
        )
    return lines


def _score_lines(results: Sequence[Result], asked: Assignment) -> list[Cells]:
    """List the points of every counted student by question, in the assignment's order."""
    names = [question.id for question in asked.questions]
    lines: list[Cells] = [["student", *names, "total"]]
    for student, scored in _scores_by_student(results):
        points = {one.item.name: one.points if one.answered else None for one in scored}
        lines.append([student.key, *(points.get(name) for name in names), sum(one.points for one in scored)])
    return lines


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _report(
    console: Console, results: Sequence[Result], rows: Sequence[Row], notes: Sequence[str], places: Sequence[Path]
) -> None:
    """Say what became of the files, what to look at, and where it is written."""
    outcomes = [result.outcome for result in results]
    counts = ", ".join(
        f"{outcomes.count(word)} {word}" for word in ("counted", "late", "superseded", "problem") if word in outcomes
    )
    listed = [row for row in rows if row.in_list]
    missing = sum(row.state == "missing" for row in listed)
    strangers = len(rows) - len(listed)
    unknown = f" {strangers} more {'is' if strangers == 1 else 'are'} not in the list." if strangers else ""
    console.print(
        f"{_many(len(results), 'file')}: {counts}. {missing} of {_many(len(listed), 'student')} handed in nothing.{unknown}"
    )
    problems = [result for result in results if result.reason]
    for result in problems[:20]:
        console.print(f"  [red]problem[/red] {escape(result.place)}: {escape(result.reason)}")
    if len(problems) > 20:
        console.print("  … report.csv lists them all.")
    for note in notes:
        console.print(f"  [yellow]note[/yellow] {escape(note)}")
    for path in places:
        console.print(f"  {escape(str(path))}")
