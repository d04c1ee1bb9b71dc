"""What a page has to keep to: each rule reads a page and yields its faults."""

from collections.abc import Iterator, Mapping, Sequence, Set
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

from poolschool.course.faults import Fault, UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.site.block_names import BLOCKS
from poolschool.site.content import Content
from poolschool.site.figures.scenarios import scenario_names
from poolschool.site.runs_in_page import needs
from poolschool.site.source import Block, PageSource

DESCRIPTION = 155  # characters that a search engine shows


def block_faults(content: Content, page: PageSource, unread: Set[str]) -> list[Fault]:
    """Find blocks that no reader knows, that are not closed, or whose argument leads nowhere; `unread` lessons are there."""
    return list(_block_faults(content, page, unread))


def _block_faults(content: Content, page: PageSource, unread: Set[str]) -> Iterator[Fault]:
    for block in page.blocks:
        if block.name not in BLOCKS:
            near = get_close_matches(block.name, BLOCKS, n=1)
            way_out = f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(BLOCKS)}."
            yield Fault(page.path, block.line, f"There is no block {block.name!r}.", way_out)
            continue
        if not block.closed:
            yield Fault(
                page.path, block.line, f"The {block.name} block is not closed.", "Write `///` in the next line."
            )
        if block.argument and not BLOCKS[block.name]:
            what = f"The {block.name} block takes nothing behind a |."
            yield Fault(page.path, block.line, what, f"Write `/// {block.name}`.")
        elif block.argument.partition(".")[0] not in unread:
            yield from _argument_faults(content, page, block)


def _argument_faults(content: Content, page: PageSource, block: Block) -> Iterator[Fault]:
    course = content.course
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
        known = content.proofs(course.lesson(topic)) if topic in course.topics else {}
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
    for line in page.empty_headings:
        yield Fault(page.path, line, "The heading has no text.", "Write one, or remove the line.")
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
        if not included_file(root, path):
            what = f"The file {path} that is included here does not exist."
            yield Fault(page.path, line, what, "Write it, or correct the path.")


def included_file(root: Path, path: str) -> Path | None:
    """Give the file that `path`, `path:section` or `path:1:9` names; None if there is none."""
    names = (path, path.partition(":")[0])
    return next((root / name for name in names if name and (root / name).is_file()), None)


def front_matter_faults(page: PageSource) -> Iterator[Fault]:
    """Hold what any page says of itself to plain YAML with a title; a lesson's own values are read with the course."""
    matter = page.front_matter
    if matter is None:
        return
    yield from matter.faults
    for key in ("title", "description"):
        value = matter.data.get(key, "–")
        if not isinstance(value, str) or not value.strip():
            what = f"`{key}` is not a text, or it is empty."
            yield Fault(page.path, matter.line(key), what, "Write a sentence.")


def needs_faults(course: Course, pages: Mapping[Path, PageSource], unread: Set[str]) -> Iterator[Fault]:
    """Find lessons that need one that is not there, or that need each other in a circle."""
    needs = {lesson.topic: [need for need in lesson.needs if need in course.topics] for lesson in course.lessons}
    for lesson in course.lessons:
        page = pages.get(lesson.page)
        line = page.front_matter.line("needs") if page and page.front_matter else 1
        path = lesson.page.relative_to(course.root)
        for need in lesson.needs:
            if need not in course.topics and need not in unread:
                near = get_close_matches(need, course.topics, n=1)
                way_out = f"Did you mean {near[0]!r}?" if near else "Name the topic of a lesson."
                yield Fault(path, line, f"There is no lesson {need!r} to need.", way_out)
        if circle := _circle(lesson.topic, needs):
            what = f"The lesson needs itself: {' needs '.join(circle)}."
            yield Fault(path, line, what, "Remove one of these needs.")


def _circle(start: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the shortest way from a lesson along its needs back to itself; [] if there is none."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:  # grows while it is read: the nearest first
        for need in needs[way[-1]]:
            if need == start:
                return [*way, start]
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []


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
