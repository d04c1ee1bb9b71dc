"""What an instructor reads of a graded class: which tasks are open, and what to look at."""

from collections import Counter
from collections.abc import Sequence

from poolschool.course.files import Cells, number_text
from poolschool.course.lessons import Lesson
from poolschool.grading.verdict import LessonResult
from poolschool.grading.words import printable
from poolschool.teaching.classroom.page import Cell, Link, Section, Table
from poolschool.teaching.classroom.students import Student

Results = Sequence[tuple[Student, Sequence[LessonResult]]]
MOST_SEEN = 3  # different failures of a task


def class_sections(
    results: Results,
    lessons: Sequence[Lesson],
    pages: Sequence[tuple[Student, str]],
    remarks: Sequence[tuple[Student, Sequence[str]]],
) -> list[Section]:
    """Make what stands below the grades: the tasks, where answers reached too far, and the students' own pages."""
    tables = [_tasks(lesson, results) for lesson in lessons]
    words = ["Of those who handed in. What they got most often says where the class stands."]
    sections = [Section("Tasks", words, tables)]
    told: list[list[Cell]] = [[student.name, remark] for student, all_of in remarks for remark in all_of]
    if told:
        note = "No proof of anything; somebody should read these answers."
        sections.append(Section("To look at", [note], [Table("To look at", ["Student", "Why"], told)]))
    rows: list[list[Cell]] = [[student.name, Link("feedback", address)] for student, address in pages]
    return [*sections, Section("What the students read", (), [Table("Pages", ["Student", "Page"], rows)])]


def task_lines(results: Results) -> list[Cells]:
    """Make a line for each task of each student, below a header."""
    lines: list[Cells] = [["student", "name", "lesson", "task", "title", "status", "seconds", "got"]]
    for student, lessons in results:
        for result in lessons:
            for verdict in result.verdicts:
                start: list[str | float | None] = [student.key, student.name, result.topic, verdict.task, verdict.title]
                lines.append([*start, verdict.status, verdict.seconds, printable(verdict.got)])
    return lines


def _tasks(lesson: Lesson, results: Results) -> Table:
    found = [result for _, lessons in results for result in lessons if result.topic == lesson.topic]
    rows: list[list[Cell]] = []
    for place, task in enumerate(found[0].verdicts if found else ()):
        verdicts = [result.verdicts[place] for result in found if place < len(result.verdicts)]
        many = Counter(verdict.status for verdict in verdicts)
        seen = Counter(printable(verdict.got) for verdict in verdicts if verdict.status == "failed")
        often = "\n".join(f"{count} × {got}" for got, count in seen.most_common(MOST_SEEN))
        share = f"{number_text(100 * many['passed'] / len(verdicts), 0)} %"
        counts: list[Cell] = [many["passed"], many["failed"], many["blocked"]]
        rows.append([f"{task.task}. {task.title}", share, *counts, often])
    header = ["Task", "Share", "Passed", "Open", "Waits", "Got most often"]
    return Table(lesson.title, header, rows)
