"""A checked course, block by block as HTML: made once per state of its files, and kept between builds.

A build in which nothing changed imports neither the models nor the highlighter: hence the imports inside of functions.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from poolschool.course.faults import TREES, CourseFault, Fault
from poolschool.course.lessons import Course, find_root, load_course
from poolschool.site.figures.agreement import COMPARISON
from poolschool.site.kept import Kept

if TYPE_CHECKING:
    from poolschool.site.content import Content

# Whose text is checked; of other files the check asks only whether they are there.
CHECKED = (".md", ".toml", ".py", ".ipynb")

_INCLUDED = re.compile(rb"8<-+[ \t]+\"([^\"\x00]+)\"")  # files that a page takes in, wherever they lie


class CourseHtml:
    """The blocks of one course in one state of its files; raises CourseFault with every fault if it has one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = Kept(root)
        self.kept.text("check", [self._everything], self._check)

    def block(self, name: str, argument: str) -> str:
        """Give the HTML of a block."""
        sources = self._sources(name, argument.partition(".")[0])
        return self.kept.text(f"{name}-{argument}".rstrip("-"), sources, lambda: self._render(name, argument))

    @cached_property
    def course(self) -> Course:
        return load_course(self.root)

    @cached_property
    def content(self) -> "Content":
        from poolschool.site.content import Content

        return Content(self.course)

    def _check(self) -> str:
        from poolschool.site.check import check_course

        content, faults = check_course(self.root)
        if faults:
            raise CourseFault(faults)
        self.content = content  # read once: whoever renders needs the same
        return ""

    def _render(self, name: str, argument: str) -> str:
        from poolschool.site.block_html import BLOCK_HTML

        return BLOCK_HTML[name](self.content, argument)

    def _sources(self, name: str, topic: str) -> Iterable[bytes]:
        """Give all that a block is made of, besides our own code."""
        if name in ("pool", "sizing"):
            return ()
        if name == "agreement":
            return [_bytes(self.root / COMPARISON)]
        return self._lesson_sources(topic) if topic else [self._everything]

    def _lesson_sources(self, topic: str) -> Iterator[bytes]:
        lesson = self.course.lesson(topic)
        quizzes = self.root / "quizzes"
        yield repr([lesson, self.course.addresses("/")]).encode()
        for path in (
            *(lesson.stub, lesson.checker, lesson.solution),
            *(lesson.quiz, lesson.proof, lesson.generated),
            *(quizzes / "beliefs.toml", quizzes / "conftest.py"),
        ):
            yield _bytes(path)

    @cached_property
    def _everything(self) -> bytes:
        """Digest what the check reads, and the names of what it looks for."""
        digest = hashlib.sha256()
        for path, *_ in source_files(self.root):
            digest.update(os.path.relpath(path, self.root).encode("utf-8", "surrogateescape") + b"\0")
            if path.endswith(CHECKED):
                text = _bytes(Path(path))
                digest.update(len(text).to_bytes(8, "big") + text)
                digest.update(bytes((self.root / os.fsdecode(name)).is_file() for name in _INCLUDED.findall(text)))
        return digest.digest()


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b"none"


def lint() -> int:
    """Print every fault of pages and quiz files; exit code 1 if there is one."""
    try:
        course_html(find_root())
    except CourseFault as problem:
        print(problem)  # noqa: T201 - the command's output
        return 1
    return 0


def course_html(root: Path) -> CourseHtml:
    """Give the course's HTML for the state in which its files are now; raise CourseFault with every fault if it has one."""
    made = _course_html(root, tuple(source_files(root)))
    if isinstance(made, CourseHtml):
        return made
    raise CourseFault(made)


@lru_cache(maxsize=1)
def _course_html(root: Path, _state: object) -> CourseHtml | list[Fault]:
    """Give the HTML or the faults: Zensical asks again for every page after a fault, and a check takes half a second."""
    try:
        return CourseHtml(root)
    except CourseFault as problem:
        return list(problem.faults)


def source_files(root: Path) -> list[tuple[str, int, int]]:
    """List the files of the four trees, sorted, with time of change and size; a folder named like a page counts as one."""
    files: list[tuple[str, int, int]] = []
    folders = [os.path.join(root, tree) for tree in TREES]  # noqa: PTH118 - once per page and file: a Path costs more
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir() and not entry.name.startswith(("__pycache__", ".")):
                    folders.append(entry.path)
                if not entry.is_dir() or entry.name.endswith(CHECKED):
                    files.append((entry.path, *_state(entry)))
    return sorted(files)


def _state(entry: "os.DirEntry[str]") -> tuple[int, int]:
    try:
        info = entry.stat()
    except OSError:  # a link that leads nowhere
        return 0, 0
    return info.st_mtime_ns, info.st_size
