"""One stem, four trees: page, exercise, solution and quiz lie at the same path, and nothing else lies about."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from poolschool.course.lessons import Course, Lesson, load_course

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
LESSONS = pytest.mark.parametrize("lesson", COURSE.lessons, ids=COURSE.topics)

# DESIGN names these and no others; git's and npm's own files come along with them.
TOP = {
    ".ci",
    ".devcontainer",
    ".vscode",
    ".github",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "docs",
    "exercises",
    "mkdocs.yml",
    "package.json",
    "package-lock.json",
    "pyproject.toml",
    "quizzes",
    "solutions",
    "src",
    "tests",
}


# Roles whose files end like those of another role.
OTHER_ROLES = {".py": r"_(test|proof|generated)\.py$", "_proof.py": r"_generated_proof\.py$"}


def stems(course: Course, tree: str, suffix: str) -> set[str]:
    """Name the stems that a tree holds for one role."""
    folder = course.root / tree
    found = (path.relative_to(folder).as_posix() for path in folder.glob(f"p[0-9]_*/*{suffix}"))
    return {name.removesuffix(suffix) for name in found if not re.search(OTHER_ROLES.get(suffix, "$^"), name)}


@pytest.mark.parametrize(
    ("tree", "suffix"),
    [
        ("exercises", ".py"),
        ("exercises", "_test.py"),
        ("solutions", ".py"),
        ("quizzes", ".toml"),
        ("quizzes", "_proof.py"),
    ],
)
def test_the_trees_hold_the_same_lessons(tree: str, suffix: str) -> None:
    """Each tree holds the stems of the pages; a lesson without an exercise says so in its front matter."""
    expected = {lesson.stem for lesson in COURSE.lessons if lesson.has_exercise or tree == "quizzes"}
    assert stems(COURSE, tree, suffix) == expected


def test_the_navigation_holds_every_lesson_in_order() -> None:
    """mkdocs.yml leads to every lesson page, in the order of the numbers, and to no page that is not there."""

    class Loader(yaml.SafeLoader): ...

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    Loader.add_multi_constructor("!", lambda *_: None)
    navigation = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=Loader)["nav"]  # noqa: S506

    def pages(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        return [page for part in (entry.values() if isinstance(entry, dict) else entry) for page in pages(part)]

    listed = pages(navigation)
    assert [page for page in listed if re.match(r"p\d_", page)] == [f"{lesson.stem}.md" for lesson in COURSE.lessons]
    pages = [page for kind in ("*.md", "*.ipynb") for page in (ROOT / "docs").rglob(kind)]
    # The index of the errors leads to their pages: forty lines in every sidebar would lead nobody.
    own = {page.relative_to(ROOT / "docs").as_posix() for page in pages if page.parent.name != "errors"}
    assert own | {"reference/errors/index.md"} == set(listed)


@LESSONS
def test_needed_lessons_come_before(lesson: Lesson) -> None:
    """A lesson needs only lessons that exist and come earlier."""
    earlier = COURSE.topics[: COURSE.topics.index(lesson.topic)]
    assert set(lesson.needs) <= set(earlier)


# What takes longer than a lesson may, and why. An entry that is no longer needed fails.
SLOWER: dict[str, str] = {"the_store": "the capstone has six faults; its first reader took 35 to 45 minutes for them"}


@LESSONS
def test_a_lesson_takes_no_more_than_it_may(lesson: Lesson) -> None:
    """A lesson takes at most 25 minutes of reading and 30 of exercise, or its excess has a reason that is still needed."""
    assert lesson.minutes == lesson.reading_minutes + lesson.exercise_minutes
    within = lesson.reading_minutes <= 25 and lesson.exercise_minutes <= 30
    assert within == (lesson.topic not in SLOWER)
    assert lesson.reading_minutes >= 10


SIZES = {"page": 250, "stub": 70, "checker": 110}  # lines
# What is longer, and why. An entry that is no longer needed fails.
LONGER = {
    ("why_pooling", "page"): "it mirrors every step of the source lesson",
    ("why_pooling", "checker"): "every way out of two handlers, and what opened each connection",
    ("cost_of_connecting", "stub"): "four measurements, each saying exactly what counts",
    ("cost_of_connecting", "checker"): "a relay that hears queries and closings, and a reason for each wrong step",
    ("borrow_and_return", "page"): "a fence for each fault of a pool, two with real threads and one on PostgreSQL",
    ("borrow_and_return", "checker"): "a model of the truth about a pool, and words for each of the ways to break it",
    ("engine_and_pool", "page"): "eight settings, each caused and shown by a fence",
    ("engine_and_pool", "checker"): "five needs, each with its own wrong answers, and every way to forget an engine",
    ("async_engine", "page"): "a loop that stands still, and five faults that only async code has, each caused",
    ("async_engine", "stub"): "an application of five handlers, each with a fault",
    ("async_engine", "checker"): "an application in a loop that may stand still, and a database that does so on demand",
    ("threads_and_the_cliff", "page"): "four false cures and three real ones, each executed",
    ("threads_and_the_cliff", "stub"): "four endpoints, each with a way of its own to hold a connection",
    ("threads_and_the_cliff", "checker"): "it sees who waits for what, so that no time is waited for or measured",
    ("sessions_and_dependencies", "page"): "each moment of a request, each way out and each version, executed",
    ("sessions_and_dependencies", "stub"): "a whole application: tables, start, two dependencies and two endpoints",
    ("sessions_and_dependencies", "checker"): "it looks at each moment of a request, and tells 40 mistakes apart",
    ("pools_in_tests", "page"): "eight faults of fixtures, each caused and fixed by a fence",
    ("pools_in_tests", "stub"): "a small store with a request to test, and four fixtures",
    ("pools_in_tests", "checker"): "forty tests of the store, run with the learner's fixtures, and what each leaves",
    ("leaks", "page"): "five shapes of a leak and five false cures, each executed",
    ("leaks", "stub"): "five leaking functions",
    ("leaks", "checker"): "four tasks that tell nine false cures apart",
    (
        "streaming_and_sockets",
        "page",
    ): "streams, sockets, batches, cursors and errors in mid-stream, each caused by a fence",
    ("streaming_and_sockets", "stub"): "an application of a stream, events and a socket, each with a fault",
    (
        "streaming_and_sockets",
        "checker",
    ): "clients of three kinds that read slowly, leave and talk, where a server stands",
    ("when_the_pool_is_full", "page"): "two races between threads, and an outage measured in four stores",
    ("when_the_pool_is_full", "stub"): "a door and a store, which are used together",
    ("when_the_pool_is_full", "checker"): "a queue of tasks, a locked table, and a reason for each way to lose a place",
    ("stale_connections", "page"): "a restart at three moments, a gateway and a lost answer, each caused by a fence",
    ("stale_connections", "checker"): "a gateway that cuts and forgets, and every way to try again too often",
    ("forks_and_workers", "page"): "a fork step by step, the cure, the budget of a deploy, and who says which error",
    (
        "forks_and_workers",
        "checker",
    ): "a master and a worker, a whole deploy, and a server that refuses in all its words",
    ("sizing", "page"): "three measured tables, Little's law, the knee, a recipe, and what each of them assumes",
    ("sizing", "checker"): "a real pool in a time of its own, five kinds of traffic, and words for each wrong number",
    (
        "watching_the_pool",
        "page",
    ): "what each number shows and hides, caused by a fence, and the pool beside the server",
    ("watching_the_pool", "checker"): "ten recordings, and every way to measure a wait or a use wrongly",
    ("poolers", "page"): "two queues, a door, names, sessions and locks, each caused by a fence",
    ("poolers", "stub"): "four functions that lived in a session, each to be moved into a transaction",
    ("poolers", "checker"): "a PgBouncer or a stand-in for one, which is as long as all tasks together",
    ("the_store", "stub"): "a whole store, with a fault in six of its parts",
    ("the_store", "checker"): "six scenes on one real store, each of which waits for events",
    ("who_holds_it", "page"): "both sides of a connection, the store's and the server's, each shown by a fence",
    ("who_holds_it", "checker"): "a connection taken in nine ways, and every way to note it wrongly",
}


@LESSONS
@pytest.mark.parametrize("role", SIZES)
def test_a_file_keeps_to_its_size(lesson: Lesson, role: str) -> None:
    """A page, stub and checker keep to their size, or their excess has a reason that is still needed."""
    length = len(getattr(lesson, role).read_text(encoding="utf-8").splitlines())
    assert (length > SIZES[role]) == ((lesson.topic, role) in LONGER), length


@LESSONS
def test_known_answers_are_kept(lesson: Lesson) -> None:
    """Each exercise keeps at least four wrong submissions and two right ones that differ from ours."""
    kept = {kind: list((ROOT / "tests/content" / kind / lesson.stem).glob("*.py")) for kind in ("wrong", "right")}
    assert len(kept["wrong"]) >= 4
    assert len(kept["right"]) >= 2


def test_the_instructors_minutes_are_the_lessons_minutes() -> None:
    """The table on the instructors' page names every lesson with the minutes of its front matter."""
    page = (ROOT / "docs/instructors/index.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\(\.\./(p\d_\w+/l\d\d_\w+)\.md\) \| (\d+ \+ \d+) \|", page))
    assert listed == {lesson.stem: f"{lesson.reading_minutes} + {lesson.exercise_minutes}" for lesson in COURSE.lessons}


def test_the_root_holds_what_the_design_names() -> None:
    """A new entry at the top of the tree is a decision and not an accident."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in tracked.splitlines()} <= TOP
