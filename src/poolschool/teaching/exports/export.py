"""`poolschool export`: put questions on a paper and write it in a format; what the format cannot carry is said by name."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank, Paper
from poolschool.teaching.exports.gift import export_gift
from poolschool.teaching.exports.key import export_key
from poolschool.teaching.exports.moodle import export_moodle
from poolschool.teaching.exports.printed import export_print
from poolschool.teaching.exports.qti import export_qti
from poolschool.teaching.exports.question_html import Export

FORMATS: dict[str, Callable[[Paper], Export]] = {
    "moodle": export_moodle,
    "qti": export_qti,
    "gift": export_gift,
    "print": export_print,
    "key": export_key,
}


def export(
    format: str,  # noqa: A002 - what it is
    wanted: tuple[str, ...],
    output: Path,
    *,
    points: float,
    shuffle: bool,
    seed: int,
    versions: int,
    title: str,
    site: str,
) -> int:
    """Write questions into a folder; everything that was written, if nothing is named."""
    course = load_course()
    bank = Bank(course)
    names = bank.names(wanted or course.topics)
    lessons = list(dict.fromkeys(bank.lessons[name].title for name in names))
    title = title or (" and ".join(lessons) if len(lessons) < len(course.lessons) else "Pool School")
    pages = course.addresses(site)
    slug = "-".join(wanted) or "course"
    paper = bank.paper(
        names, id=slug, title=title, seed=seed, points=points, shuffle=shuffle, versions=versions, pages=pages
    )
    console = Console(highlight=False, soft_wrap=True)
    package = render(format, paper)
    for file in package.write(output):
        console.print(escape(str(file)))
    count = len(paper.items)
    console.print(f"{count} question{'' if count == 1 else 's'}, {paper.points:g} points, seed {seed}.")
    for loss in package.losses:
        console.print(f"  [yellow]not carried over[/yellow] {escape(loss)}")
    return 0


def render(format: str, paper: Paper) -> Export:  # noqa: A002 - what it is
    """Write a paper in one of FORMATS."""
    return FORMATS[format](paper)
