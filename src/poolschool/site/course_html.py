"""A checked course, block by block as HTML: made once per state of its files, kept between builds where it takes long.

A build in which nothing changed imports neither the models nor the highlighter: hence the imports inside of functions.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from poolschool.course.faults import TREES, CourseFault
from poolschool.course.lessons import Course, find_root, load_course
from poolschool.site.kept import Kept

if TYPE_CHECKING:
    from poolschool.site.content import Content

CHECKED = (".md", ".toml", ".py")  # whose text is checked; of other files the check asks only whether they are there
# Blocks that take long to make, and need the files of a lesson (or of all) and nothing else.
KEPT_BLOCKS = ("quiz", "exercise", "proof", "generated", "beliefs", "course-map")
_INCLUDED = re.compile(rb"8<-+[ \t]+\"([^\"\x00]+)\"")  # files that a page takes in, wherever they lie


class CourseHtml:
    """The blocks of one course in one state of its files; raises CourseFault with every fault if it has one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = Kept(root)
        self.kept.text("check", self._sources(), self._check)

    def block(self, name: str, argument: str) -> str:
        """Give the HTML of a block."""
        if name not in KEPT_BLOCKS:
            return self._render(name, argument)
        topic = argument.partition(".")[0]
        sources = self._lesson_sources(topic) if topic else self._sources()
        key = f"{name}-{argument}".rstrip("-")
        return self.kept.text(key, sources, lambda: self._render(name, argument))

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

    def _sources(self) -> Iterator[bytes]:
        """Give what the check reads, and the names of what it looks for."""
        for path in source_files(self.root):
            yield os.path.relpath(path, self.root).encode()
            if path.endswith(CHECKED):
                text = Path(path).read_bytes() if Path(path).is_file() else b""
                yield text
                yield bytes((self.root / os.fsdecode(name)).is_file() for name in _INCLUDED.findall(text))

    def _lesson_sources(self, topic: str) -> Iterator[bytes]:
        """Give what a lesson's blocks are made of."""
        lesson = self.course.lesson(topic)
        quizzes = self.root / "quizzes"
        yield repr([lesson, self.course.addresses("/")]).encode()
        for path in (
            *(lesson.stub, lesson.checker, lesson.solution),
            *(lesson.quiz, lesson.proof, lesson.generated),
            *(quizzes / "beliefs.toml", quizzes / "conftest.py"),
        ):
            yield path.read_bytes() if path.is_file() else b"none"


def lint() -> int:
    """Print every fault of pages and quiz files; exit code 1 if there is one."""
    try:
        course_html(find_root())
    except CourseFault as problem:
        print(problem)  # noqa: T201 - the command's output
        return 1
    return 0


def course_html(root: Path) -> CourseHtml:
    """Give the course's HTML for the state in which its files are now."""
    state = []
    for path in source_files(root):
        with suppress(OSError):  # a link that leads nowhere
            info = os.stat(path)  # noqa: PTH116 - once per page and file: a Path costs more than the call
            state.append((path, info.st_mtime_ns, info.st_size))
    return _course_html(root, tuple(state))


@lru_cache(maxsize=1)
def _course_html(root: Path, _state: object) -> CourseHtml:
    return CourseHtml(root)


def source_files(root: Path) -> list[str]:
    """List the files of the four trees, sorted; a folder that is named like a page counts as one."""
    files: list[str] = []
    for tree in TREES:
        for folder, folders, names in os.walk(root / tree):
            folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
            files += [os.path.join(folder, name) for name in names]  # noqa: PTH118 - as above
            files += [os.path.join(folder, name) for name in folders if name.endswith(CHECKED)]  # noqa: PTH118
    return sorted(files)
