"""What a page has to keep to: each rule reads a page and yields its faults."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

from poolschool.course.faults import Fault, UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.course.proofs import read_proofs
from poolschool.site.figures.scenarios import scenario_names
from poolschool.site.runs_in_page import needs
from poolschool.site.source import Block, PageSource

NAMES = (
    "quiz",
    "exercise",
    "proof",
    "pool",
    "live",
    "sizing",
    "agreement",
    "assigned",
    "generated",
    "schedule",
    "beliefs",
    "course-map",
)
DESCRIPTION = 155  # characters that a search engine shows


def block_faults(course: Course, page: PageSource) -> list[Fault]:
    """Find blocks that no reader knows, that are not closed, or whose argument leads nowhere."""
    return list(_block_faults(course, page))


def _block_faults(course: Course, page: PageSource) -> Iterator[Fault]:
    for block in page.blocks:
        if block.name not in NAMES:
            near = get_close_matches(block.name, NAMES, n=1)
            way_out = f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(NAMES)}."
            yield Fault(page.path, block.line, f"There is no block {block.name!r}.", way_out)
            continue
        if not block.closed:
            yield Fault(
                page.path, block.line, f"The {block.name} block is not closed.", "Write `///` in the next line."
            )
        yield from _argument_faults(course, page, block)


def _argument_faults(course: Course, page: PageSource, block: Block) -> Iterator[Fault]:
    if block.name in ("quiz", "exercise", "generated", "beliefs"):
        try:
            lesson = course.lesson(block.argument)
        except UserMistake as mistake:
            what, _, way_out = str(mistake).partition(". ")
            yield Fault(page.path, block.line, f"{what}.", way_out)
            return
        if block.name in ("quiz", "exercise") and page.path.as_posix() != f"docs/{lesson.stem}.md":
            what = f"The {block.name} of {lesson.topic} stands on another page than its lesson."
            yield Fault(page.path, block.line, what, f"Place it in docs/{lesson.stem}.md.")
        elif block.name == "exercise" and not lesson.has_exercise:
            what = "The front matter says `exercise: false`, and here is one."
            yield Fault(page.path, block.line, what, "Remove one of the two.")
    elif block.name == "proof":
        topic, _, question = block.argument.partition(".")
        known = read_proofs(course.lesson(topic).proof) if topic in course.topics else {}
        if question not in known:
            way_out = (
                f"Did you mean: {', '.join(get_close_matches(question, known, n=3) or known)}?"
                if known
                else "Write TOPIC.ID."
            )
            yield Fault(page.path, block.line, f"There is no proof {block.argument!r}.", way_out)
    elif block.name == "pool" and block.argument not in scenario_names():
        near = get_close_matches(block.argument, scenario_names(), n=1) or scenario_names()
        yield Fault(
            page.path, block.line, f"There is no pool scenario {block.argument!r}.", f"Did you mean: {', '.join(near)}?"
        )


def heading_faults(page: PageSource) -> Iterator[Fault]:
    """Hold headings to one title and to no skipped level; name attribute lists that would be shown as text."""
    titles = [heading for heading in page.headings if heading.level == 1]
    if len(titles) != 1:
        yield Fault(
            page.path,
            titles[1].line if titles else 0,
            f"The page has {len(titles)} titles.",
            "Write one line that begins with `# `.",
        )
    for before, heading in pairwise(page.headings):
        if heading.level > before.level + 1:
            what = f"The heading {heading.text!r} skips a level."
            yield Fault(page.path, heading.line, what, f"Begin it with {'#' * (before.level + 1)}.")
    for line, attributes in page.dead_attributes.items():
        way_out = "Put it in a line of its own below the paragraph, or right behind `**…**` without a blank."
        yield Fault(page.path, line, f"{attributes} is shown as text here.", way_out)


def live_faults(page: PageSource) -> Iterator[Fault]:
    """Find live fences that cannot run in a page."""
    for line, code in page.live:
        if not code:
            yield Fault(page.path, line, "The live block holds no Python.", "Put one ```python fence into it.")
        elif lacks := needs(code):
            what = f"This live code needs {lacks}, which a page does not have."
            yield Fault(page.path, line, what, "Leave `/// live` and its `///` away.")


def include_faults(root: Path, page: PageSource) -> Iterator[Fault]:
    """Find files that a page takes in and that are not there."""
    for line, path in page.includes:
        if not (root / path).is_file():
            yield Fault(
                page.path, line, f"The file {path} that is included here does not exist.", "Make it, or mend the path."
            )


def lesson_faults(lesson: Lesson, page: PageSource) -> Iterator[Fault]:
    """Hold a lesson to its skeleton: title, promise, something to touch, …, What goes wrong, Exercise, Quiz, Recap, Sources."""
    if len(lesson.description) > DESCRIPTION:
        what = f"The description has {len(lesson.description)} characters."
        yield Fault(page.path, 1, what, f"Say it in {DESCRIPTION}: search engines cut the rest.")
    sections = [heading for heading in page.headings if heading.level == 2]
    wanted = ["What goes wrong", *(["Exercise"] if lesson.has_exercise else []), "Quiz", "Recap", "Sources"]
    if [heading.text for heading in sections[-len(wanted) :]] != wanted:
        line = sections[-1].line if sections else 0
        yield Fault(
            page.path,
            line,
            f"The lesson does not end with {', '.join(wanted)}.",
            "Put these sections last, in this order.",
        )
    first = sections[0].line if sections else 0
    if not _has_promise(page, first):
        yield Fault(
            page.path, first, "No sentence of promise stands between the title and the first block.", "Write one."
        )
    if not any(block.name == "pool" and block.line < first for block in page.blocks):
        yield Fault(
            page.path,
            first,
            "There is nothing to touch before the first section.",
            "Place `/// pool | SCENARIO` after the promise.",
        )
    for name in ("exercise", "quiz") if lesson.has_exercise else ("quiz",):
        lines = [block.line for block in page.blocks if (block.name, block.argument) == (name, lesson.topic)]
        section = next((heading.line for heading in sections if heading.text == name.capitalize()), 0)
        if len(lines) != 1:
            how = "not placed" if not lines else f"placed {len(lines)} times"
            way_out = f"Write `/// {name} | {lesson.topic}` and `///` once, under ## {name.capitalize()}."
            yield Fault(page.path, section, f"The lesson's {name} is {how}.", way_out)


def _has_promise(page: PageSource, first: int) -> bool:
    """Tell whether text follows the title at once."""
    title = next((heading.line for heading in page.headings if heading.level == 1), 0)
    text = next((line for number, line in page.lines if number > title and line.strip()), "")
    return bool(text) and not text.startswith(("#", "/", "<", "-", "|")) and title < first
