"""Check the pages before they are built: blocks, skeleton, quizzes, anchors; every fault with its line."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from poolschool.course import Course, Lesson, load_course
from poolschool.faults import CourseFault, Fault, UserMistake
from poolschool.misconceptions import load_misconceptions
from poolschool.proofs import read_proofs
from poolschool.quiz_reader import load_quiz
from poolschool.scenarios import scenario_names

BLOCK = re.compile(r"^ {0,3}/{3,} *(?P<name>[\w-]+)(?: *\| *(?P<argument>.*?))? *$")
HEADING = re.compile(r"^(?P<level>#{1,6}) +(?P<text>.+?)(?: *\{.*\})?$")
NAMES = ("quiz", "exercise", "proof", "pool", "course-map")
END_OF_LESSON = ("Exercise", "Quiz", "Recap", "Sources")


def lint() -> int:
    """Print every fault of pages and quiz files; exit code 1 if there is one."""
    from poolschool.course import find_root

    root = find_root()
    faults = check_pages(root)
    for fault in faults:
        print(fault)  # noqa: T201 - the command's output
    if not faults:
        print("No fault found.")  # noqa: T201
    return 1 if faults else 0


def snapshot(root: Path) -> tuple[tuple[str, int], ...]:
    """Give what has to stay the same for a check to stay true: every source with its time of change, in nanoseconds."""
    folders = ((root / "docs", "*.md"), (root / "quizzes", "*.toml"), (root / "quizzes", "*.py"), (root / "exercises", "*.py"))
    return tuple((str(path), path.stat().st_mtime_ns) for folder, ending in folders for path in sorted(folder.rglob(ending)))


def check_pages(root: Path) -> list[Fault]:
    """Give all faults, sorted by place; paths are relative to the course's folder."""
    faults: list[Fault] = []
    try:
        course = load_course(root)
    except CourseFault as problem:
        return list(problem.faults)
    beliefs = _gather(faults, lambda: load_misconceptions(root)) or {}
    for lesson in course.lessons:
        proofs = _gather(faults, lambda lesson=lesson: read_proofs(lesson.proof)) or {}  # type: ignore[misc]
        _gather(faults, lambda lesson=lesson, proofs=proofs: load_quiz(  # type: ignore[misc]
            lesson.quiz, lesson.topic, misconceptions=beliefs, proofs=proofs))  # fmt: skip
    for page in sorted((root / "docs").rglob("*.md")):
        lines = _outside_fences(page.read_text(encoding="utf-8"))
        shown = page.relative_to(root)
        faults += _blocks(course, shown, lines)
        lesson = next((lesson for lesson in course.lessons if lesson.page == page), None)
        if lesson is not None:
            faults += _skeleton(lesson, shown, lines)
            anchors = set(re.findall(r"\{[^}]*#([\w-]+)[^}]*\}", "\n".join(line for _, line in lines)))
            faults += [
                Fault(shown, 0, f"The anchor #{belief.anchor} of the misconception {belief.id} is missing.",
                      "Put { #" + belief.anchor + " } where the page puts it to the test.")
                for belief in beliefs.values() if belief.lesson == lesson.topic and belief.anchor not in anchors
            ]  # fmt: skip
    return sorted(_relative(root, fault) for fault in faults)


def _gather(faults: list[Fault], read):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Read something; keep its faults and give None if it has any."""
    try:
        return read()
    except CourseFault as problem:
        faults += problem.faults
    except FileNotFoundError as problem:
        faults.append(Fault(Path(problem.filename), 0, "The file is missing.", "Every lesson has one; see the tree in README.md."))
    return None


def _relative(root: Path, fault: Fault) -> Fault:
    path = fault.path.relative_to(root) if fault.path.is_absolute() and fault.path.is_relative_to(root) else fault.path
    return Fault(path, fault.line, fault.what, fault.way_out)


def _outside_fences(text: str) -> list[tuple[int, str]]:
    """Give the lines that are not code, with their numbers."""
    lines, fence = [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if fence:
            fence = "" if mark and line.strip().startswith(fence) and line.strip(" `~") == "" else fence
        elif mark:
            fence = mark[1]
        else:
            lines.append((number, line))
    return lines


def _blocks(course: Course, page: Path, lines: list[tuple[int, str]]) -> Iterator[Fault]:
    """Find blocks that no reader knows, and arguments that lead nowhere."""
    for number, line in lines:
        block = BLOCK.match(line)
        if block is None:
            continue
        name, argument = block["name"], (block["argument"] or "").strip()
        if name not in NAMES:
            near = get_close_matches(name, NAMES, n=1)
            yield Fault(page, number, f"There is no block {name!r}.", f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(NAMES)}.")
        elif name in ("quiz", "exercise"):
            try:
                lesson = course.lesson(argument)
            except UserMistake as mistake:
                yield Fault(page, number, str(mistake).split("?")[0].replace(" Did you mean", " Did you mean") + "?", "Write a lesson's topic.")
            else:
                if page.as_posix() != f"docs/{lesson.stem}.md":
                    yield Fault(page, number, f"The {name} of {argument} stands on another lesson's page.", f"Place it in docs/{lesson.stem}.md.")
        elif name == "proof":
            topic, _, question = argument.partition(".")
            if topic not in course.topics or question not in read_proofs(course.lesson(topic).proof):
                yield Fault(page, number, f"There is no proof {argument!r}.", "Write TOPIC.ID of a question that has a test_ID in its proof file.")
        elif name == "pool" and argument not in scenario_names():
            near = get_close_matches(argument, scenario_names(), n=1) or list(scenario_names())
            yield Fault(page, number, f"There is no pool scenario {argument!r}.", f"Did you mean: {', '.join(near)}?")


def _skeleton(lesson: Lesson, page: Path, lines: list[tuple[int, str]]) -> Iterator[Fault]:
    """Hold a lesson to its order: promise, something to touch, story …, Exercise, Quiz, Recap, Sources."""
    blocks = [(number, found["name"], (found["argument"] or "").strip()) for number, line in lines if (found := BLOCK.match(line))]
    headings = [(number, len(found["level"]), found["text"]) for number, line in lines if (found := HEADING.match(line))]
    wanted = ["quiz", "exercise"] if lesson.has_exercise else ["quiz"]
    for name in wanted:
        if sum((block, argument) == (name, lesson.topic) for _, block, argument in blocks) != 1:
            yield Fault(page, 0, f"The lesson's {name} is not placed exactly once.", f"Write `/// {name} | {lesson.topic}` and `///` under ## {name.capitalize()}.")
    first_section = next((number for number, level, _ in headings if level == 2), 0)
    if not any(name == "pool" and number < first_section for number, name, _ in blocks):
        yield Fault(page, first_section, "There is nothing to touch before the first section.", "Place `/// pool | SCENARIO` after the promise.")
    titles = [text for _, level, text in headings if level == 2]
    expected = [title for title in END_OF_LESSON if lesson.has_exercise or title != "Exercise"]
    if titles[-len(expected):] != expected:
        yield Fault(page, headings[-1][0] if headings else 0, f"The lesson does not end with {', '.join(expected)}.", "Put these sections last, in this order.")
    if [level for _, level, _ in headings].count(1) != 1:
        yield Fault(page, 1, "The page does not have exactly one title.", "Write one line that begins with `# `.")
    for (_, before, _), (number, level, text) in zip(headings, headings[1:], strict=False):
        if level > before + 1:
            yield Fault(page, number, f"The heading {text!r} skips a level.", f"Use level {before + 1}.")
