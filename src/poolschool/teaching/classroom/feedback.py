"""What each student reads of the grading: one page, in the words that the terminal would have said."""

from collections.abc import Sequence

from poolschool.course.files import number_text
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.grading.words import NOT_YOURS, SIGNS, Truths, explanation, printable
from poolschool.teaching.classroom.page import Cell, Link, Section, Table, Word, page

KINDS = {"passed": "good", "failed": "bad", "blocked": "plain", "error": "bad"}


def feedback_page(
    name: str, results: Sequence[LessonResult], notes: Sequence[str], truths: Truths, site: str = ""
) -> str:
    """Render a student's page: the tasks of each lesson, and what is said of every one that is open."""
    passed, total = sum(result.passed for result in results), sum(result.total for result in results)
    broken = any(verdict.status == "error" for result in results for verdict in result.verdicts)
    words = [f"{passed} of {total} tasks passed.", *([NOT_YOURS] if broken else []), *map(printable, notes)]
    return page(f"Pool School: {name}", words, [_section(result, truths, site) for result in results])


def _section(result: LessonResult, truths: Truths, site: str) -> Section:
    rows: list[list[Cell]] = [
        [
            f"{verdict.task}. {verdict.title}",
            Word(SIGNS[verdict.status], KINDS[verdict.status]),
            number_text(verdict.seconds),
        ]
        for verdict in result.verdicts
    ]
    tables = [Table("Tasks", ["Task", "Verdict", "Seconds"], rows)]
    tables += [
        _told(result, verdict, truths, site) for verdict in result.verdicts if verdict.status in ("failed", "error")
    ]
    return Section(f"{result.title} · {result.passed} of {result.total}", (), tables)


def _told(result: LessonResult, verdict: Verdict, truths: Truths, site: str) -> Table:
    told = explanation(result, verdict, truths, site)
    rows: list[list[Cell]] = [
        [label, Link(text, text) if label == "Read more" and site else text] for label, text in told.items()
    ]
    return Table(f"Task {verdict.task}, {verdict.title}", ["What", "In words"], rows)
