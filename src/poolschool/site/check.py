"""Check pages, quizzes and what belongs to them before anything is built: every fault at once, with its line.

Python-Markdown does not tell an extension which page it converts, so the check reads the files themselves.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from poolschool.course.faults import CourseFault, Fault
from poolschool.course.labs import FOLDER
from poolschool.course.lessons import LESSON_FILE, Lesson, read_course
from poolschool.course.source_text import read_source
from poolschool.course.toml_faults import read_toml
from poolschool.quiz.generated import generated_questions
from poolschool.site.content import Content, Read
from poolschool.site.links import link_faults
from poolschool.site.notebooks import WIDEST, Notebook
from poolschool.site.rules import (
    block_faults,
    front_matter_faults,
    heading_faults,
    include_faults,
    lesson_faults,
    live_faults,
    needs_faults,
)
from poolschool.site.source import PageSource


def check_pages(root: Path) -> list[Fault]:
    """Give all faults of the course at `root`, sorted by place; paths are relative to it."""
    return check_course(root)[1]


def check_course(root: Path) -> tuple[Content, list[Fault]]:
    """Give the course's content with what was read on the way, and all faults."""
    course, faults = read_course(root)
    content = Content(course)
    _gather(faults, lambda: content.beliefs)
    _gather(faults, lambda: content.errors)
    sources = {path: _gather(faults, partial(_page, root, path)) for path in sorted((root / "docs").rglob("*.md"))}
    pages = {path: page for path, page in sources.items() if page is not None}
    labs = _labs(content, faults)
    # A lesson whose front matter cannot be read is there all the same: what leads to it is no fault of its own.
    unread = {match["topic"] for path in sources if (match := LESSON_FILE.fullmatch(path.stem))} - set(course.topics)
    for page in pages.values():
        faults += _gather(faults, partial(block_faults, content, page, unread)) or []
        faults += [*front_matter_faults(page), *heading_faults(page), *include_faults(root, page), *live_faults(page)]
    for lesson in course.lessons:
        if lesson.page in pages:
            faults += lesson_faults(lesson, pages[lesson.page])
        _read_companions(content, lesson, faults)
    faults += needs_faults(course, pages, unread)
    links = list(link_faults(root, pages | {path: page for path, (page, _) in labs.items()}))
    for page, _ in labs.values():
        links += [*block_faults(content, page, unread), *heading_faults(page)]
    notebooks = {page.path: notebook for page, notebook in labs.values()}
    faults += [notebooks[fault.path].in_cell(fault) if fault.path in notebooks else fault for fault in links]
    faults += _lost_beliefs(content, pages, unread)
    return content, sorted({_relative(root, fault) for fault in faults})


def _page(root: Path, path: Path) -> PageSource:
    return PageSource(path.relative_to(root), read_source(path))


def _labs(content: Content, faults: list[Fault]) -> dict[Path, tuple[PageSource, Notebook]]:
    """Read the labs' notebooks as the pages that they become; a lab belongs to lessons that are there."""
    found: dict[Path, tuple[PageSource, Notebook]] = {}
    for path in sorted((content.root / FOLDER).glob("*.ipynb")):
        notebook = Notebook(path)
        if (text := _gather(faults, notebook.markdown)) is None:
            continue
        found[path] = PageSource(path.relative_to(content.root), text), notebook
        for topic in notebook.lab.lessons:
            if topic not in content.course.topics:
                what = f"There is no lesson {topic!r} that the lab belongs to."
                faults.append(Fault(path, 0, what, "Name topics of lessons in its metadata."))
        for cell, line in notebook.wide_lines:
            what = f"Cell {cell} has a line of {len(line)} columns: {line.strip()[:30]}…"
            faults.append(Fault(path, 0, what, f"Break it at {WIDEST}: a page shows no more without scrolling."))
    return found


def _read_companions(content: Content, lesson: Lesson, faults: list[Fault]) -> None:
    """Read a lesson's quiz, proofs and exercise for their faults."""
    companions = [lesson.quiz, *([lesson.stub, lesson.checker, lesson.solution] if lesson.has_exercise else [])]
    missing = [path for path in companions if not path.exists()]
    for path in missing:
        what, way_out = "The file is missing.", "A lesson has one stem in four trees; see README.md."
        faults.append(Fault(path, 0, what, way_out))
    others = [path for path in (lesson.generated, lesson.root / "quizzes" / "conftest.py") if path.exists()]
    texts = {
        path: _gather(faults, partial(read_source, path)) for path in (*companions, *others) if path not in missing
    }
    _gather(faults, lambda: content.proofs(lesson))
    quiz = _gather(faults, lambda: content.quiz(lesson)) if lesson.quiz not in missing else None
    ids = {question.id for question in quiz.questions} if quiz else set()
    questions = _gather(faults, lambda: generated_questions(lesson)) if texts.get(lesson.generated) else None
    for generated in (questions or {}).values():
        _gather(faults, partial(generated.version, 0))  # the tests make them all
        if generated.id in ids:
            what = f"The id `{generated.id}` is taken by a question of {lesson.quiz.name}."
            line = generated.make.__code__.co_firstlineno
            faults.append(Fault(generated.path, line, what, "Rename the function and its proof."))
    if lesson.has_exercise and lesson.checker not in missing:
        _gather(faults, lambda: content.exercise(lesson))


def _lost_beliefs(content: Content, pages: dict[Path, PageSource], unread: set[str]) -> list[Fault]:
    """Find beliefs whose lesson is not there, or does not have the place that they name."""
    path = content.root / "quizzes" / "beliefs.toml"
    lessons = {lesson.topic: lesson for lesson in content.course.lessons}
    lost = []
    for belief in (_gather([], lambda: content.beliefs) or {}).values():
        lesson = lessons.get(belief.lesson)
        if lesson is None and belief.lesson not in unread:
            what = f"There is no lesson {belief.lesson!r} for `{belief.id}`."
            lost.append((belief.id, what, "Name the topic of a lesson."))
        elif lesson and lesson.page in pages and belief.anchor not in pages[lesson.page].anchors:
            what = f"docs/{lesson.stem}.md has no anchor #{belief.anchor} for `{belief.id}`."
            lost.append((belief.id, what, f"Write {{ #{belief.anchor} }} where the page puts the belief to the test."))
    places = read_toml(path)[1] if lost else None
    return [Fault(path, places.line((name,)) if places else 0, what, way_out) for name, what, way_out in lost]


def _gather(faults: list[Fault], read: Callable[[], Read]) -> Read | None:
    """Read something; keep its faults and give None if it has any."""
    try:
        return read()
    except CourseFault as problem:
        faults += problem.faults
    return None


def _relative(root: Path, fault: Fault) -> Fault:
    path = fault.path.relative_to(root) if fault.path.is_absolute() and fault.path.is_relative_to(root) else fault.path
    return Fault(path, fault.line, fault.what, fault.way_out)
