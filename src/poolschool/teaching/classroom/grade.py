"""`poolschool grade`: run the checkers on every submission of a class, several at once, and write down what came of it.

    SUBMISSIONS/ ──> Submission ──> a place (user, database, warm grader) ──> GRADED/state/STUDENT.json ──> grade book
                                                                              GRADED/feedback/STUDENT.html

A second run goes on where the first one stopped: what neither a student nor the course has changed is not graded again.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from poolschool.confined.system import gaps, protections
from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.files import FileSet, csv_file, file_name
from poolschool.course.lessons import Lesson, load_course
from poolschool.teaching.classroom.gradebook import UNKNOWN, Column, Row, add_gradebook
from poolschool.teaching.classroom.grading_run import Outcome, Run
from poolschool.teaching.classroom.pages import class_sections, task_lines
from poolschool.teaching.classroom.places import open_places, try_out
from poolschool.teaching.classroom.roster import load_roster
from poolschool.teaching.classroom.students import Roster
from poolschool.teaching.classroom.submissions import find_submissions


def grade_class(
    submissions: Path,
    roster: Path | None,
    output: Path,
    topics: tuple[str, ...],
    workers: int | None = None,
    *,
    site: str = "",
) -> int:
    """Grade a class; `workers` submissions at once, one for each core by default. Give the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    course = load_course()
    lessons = course.with_exercise(topics)
    students = load_roster(roster) if roster else None
    handed_in = find_submissions(submissions, students)
    if output.resolve().is_relative_to(submissions.resolve()):
        raise UserMistake(f"{output} lies among the submissions, and would be taken for one. Give another --output.")
    workers = min(workers or os.cpu_count() or 1, len(handed_in))
    with FileSet(output) as files:
        with open_places(workers, lessons) as places:
            held = ", ".join(protections(places.users))
            console.print(f"Grading {len(handed_in)} submissions, {workers} at once, held by {held}.")
            if not_held := gaps(places.users):
                console.print(
                    f"Not held: {'; '.join(not_held)}. For strangers' code see “Containers” in the instructors' pages."
                )
            try_out(course, lessons, places)
            outcomes, stopped = Run(course, lessons, files, places, site).all(handed_in, console)
        if stopped:
            files.discard()
            console.print(
                f"Stopped: {len(outcomes)} of {len(handed_in)} are graded. The same command goes on from there."
            )
            return 130
        notes = _add(files, outcomes, lessons, students)
    notes = [*(students.notes if students else ()), *notes]
    _report(outcomes, [path for path in files.places if path.parent.name != "feedback"], notes, console)
    console.print(escape(str(output / "feedback")))
    return 0


def _add(files: FileSet, outcomes: Sequence[Outcome], lessons: Sequence[Lesson], students: Roster | None) -> list[str]:
    """Add the grade book and the tasks to the files; give notes on them."""
    columns = [Column(lesson.topic, lesson.title, len(read_exercise(lesson.checker).tasks)) for lesson in lessons]
    listed = students.students if students else ()
    of_listed = {one.submission.student.key: one for one in outcomes if one.submission.in_list}
    rows = [
        _row(of_listed[student.key])
        if student.key in of_listed
        else Row(student, "missing", {}, "Nothing was handed in.")
        for student in listed
    ]
    rows += [_row(one) for one in outcomes if students is None or not one.submission.in_list]
    pages = [(one.submission.student, f"feedback/{file_name(one.submission.student.key)}.html") for one in outcomes]
    results = [(one.submission.student, one.results) for one in outcomes]
    sections = class_sections(results, lessons, pages, [(one.submission.student, one.remarks) for one in outcomes])
    notes = add_gradebook(files, "Exercises: grades", columns, rows, sections)
    files.write("tasks.csv", csv_file(task_lines(results)))
    return notes


def _row(one: Outcome) -> Row:
    scores: dict[str, float | None] = {result.topic: float(result.passed) for result in one.results}
    notes = [*one.notes, *one.remarks]
    if one.submission.why:
        notes.insert(0, one.submission.why)
    if one.unjudged:
        notes.insert(0, "Something could not be judged: run the command again.")
    state = "problem" if one.unjudged or not one.submission.in_list else "graded"
    return Row(one.submission.student, state, scores, " ".join(notes), in_list=one.submission.in_list)


def _report(outcomes: Sequence[Outcome], places: Sequence[Path], notes: Sequence[str], console: Console) -> None:
    """Say what was graded, what to look at, and where it is written."""
    again = sum(one.again for one in outcomes)
    kept = f", {len(outcomes) - again} unchanged since the last time" if again < len(outcomes) else ""
    console.print(f"{again} graded{kept}.")
    for one in outcomes:
        who = escape(one.submission.student.key)
        if not one.submission.in_list:
            console.print(
                f"[yellow]unknown[/yellow] {who}: {escape(one.submission.why)} Graded all the same: {UNKNOWN}"
            )
        for remark in one.remarks:
            console.print(f"[yellow]look at[/yellow] {who}: {escape(remark)}")
    for note in notes:
        console.print(f"[yellow]note[/yellow] {escape(note)}")
    for path in places:
        console.print(escape(str(path)))
