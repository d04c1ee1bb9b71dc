"""What does our Markdown extension cost? The ratio of two builds in one run; run it as a program.

    python tests/bench/bench_build.py [RUNS]

Builds copies of the course with MkDocs, as they are and with the same pages without the extension (blocks become plain
text), in turn: the course itself, and one with eighteen lessons (copies under other topics). The first build, which
renders everything, is given apart; the ratio is that of the medians of the others (target: at most 1.5).
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rows import Row, program

ROOT = Path(__file__).parents[2]
TREES = ("docs", "exercises", "solutions", "quizzes")
LESSONS = 18


def copy_course(to: Path, lessons: int = 0) -> Path:
    """Copy what MkDocs reads; with `lessons`, further lessons are copies of those that are there."""
    for tree in (*TREES, "src/poolschool/site/theme"):
        shutil.copytree(ROOT / tree, to / tree, ignore=shutil.ignore_patterns("__pycache__", "python"))
    for file in ("mkdocs.yml", "src/poolschool/site/notebook_hook.py"):
        shutil.copy(ROOT / file, to / file)
    pages = sorted((to / "docs").glob("p[0-9]_*/l[0-9][0-9]_*.md"))
    for number in range(lessons - len(pages)):
        _copy_lesson(to, pages[number % len(pages)], 30 + number, "abcdefghij"[number // len(pages)])
    return to


def _copy_lesson(course: Path, page: Path, number: int, letter: str) -> None:
    """Copy one lesson under a number and topic of its own, in all trees and in the navigation."""
    old, part = page.stem, page.parent.name
    topic = old.partition("_")[2]
    new_topic = f"{topic}_{letter}"
    new = f"l{number}_{new_topic}"
    for tree in (*TREES, "docs/instructors/notes"):
        for path in sorted((course / tree / part).glob(f"{old}*")):
            text = path.read_text(encoding="utf-8").replace(old, new)
            text = re.sub(rf"^(/// [\w-]+ \| ){topic}\b", rf"\g<1>{new_topic}", text, flags=re.MULTILINE)
            path.with_name(path.name.replace(old, new)).write_text(text, encoding="utf-8")
    configuration = course / "mkdocs.yml"
    lines = configuration.read_text(encoding="utf-8").splitlines(keepends=True)
    for place, line in reversed(list(enumerate(lines))):
        if f"{part}/{old}.md" in line:
            lines.insert(place + 1, line.replace(old, new))
    configuration.write_text("".join(lines), encoding="utf-8")


def without_extension(course: Path) -> Path:
    """Take the extension out of a copy; the blocks' lines go, their arguments are no text either."""
    configuration = course / "mkdocs.yml"
    text = configuration.read_text(encoding="utf-8").replace("  - poolschool\n", "")
    configuration.write_text(text, encoding="utf-8")
    for page in (course / "docs").rglob("*.md"):
        text = re.sub(r"^///.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        page.write_text(text, encoding="utf-8")
    return course


def seconds(course: Path) -> float:
    """Time one build, in seconds."""
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "POOLSCHOOL_ROOT": str(course)}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    began = time.perf_counter()
    subprocess.run(command, cwd=course, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


def rows(runs: int = 5) -> Iterator[Row]:
    """Measure both courses."""
    for lessons in (0, LESSONS):
        with tempfile.TemporaryDirectory() as folder:
            ours = copy_course(Path(folder) / "with", lessons)
            plain = without_extension(copy_course(Path(folder) / "without", lessons))
            count = len(list((ours / "exercises").glob("*/*_test.py")))
            first = seconds(ours)
            pairs = [(seconds(ours), seconds(plain)) for _ in range(runs)]
        own, others = (statistics.median(times) for times in zip(*pairs, strict=True))
        yield Row(f"build of {count} lessons without our extension", others, "s")
        yield Row(f"build of {count} lessons with it", own, "s")
        yield Row(f"ratio of the two, {count} lessons", own / others, "", "at most 1.5")
        yield Row(f"the first build, nothing kept, {count} lessons: ratio", first / others, "")


if __name__ == "__main__":
    program(rows, 5)
