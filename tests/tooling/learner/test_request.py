"""Whatever names a lesson on the command line of pytest means that lesson, from any folder, in any spelling."""

from pathlib import Path

import pytest
from fake_course import SOLUTION, answer, make_course
from learner_run import run_exercises

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import load_course
from poolschool.learner.grading_run.request import checkers, course_root

CHECKER = "exercises/p1_why/l02_chairs_test.py"
PLACES = {
    "exercises": "exercises",
    "./exercises/": "exercises",
    "exercises::": "exercises",
    "Exercises": "exercises",
    "exercises/p1_why": "exercises/p1_why",
    "exercises/P1_Why/": "exercises/p1_why",
    CHECKER: CHECKER,
    "exercises/p1_why/l02_chairs.py": CHECKER,
    "exercises\\p1_why\\l02_chairs.py": CHECKER,
    "exercises/l02_chairs.py": CHECKER,
    "exercises/p2_how/l02_chairs": CHECKER,
    "exercises/L02_Chairs_Test.py": CHECKER,
    "exercises/chairs": CHECKER,
    "exercises/2": CHECKER,
    f"{CHECKER}::test_add": f"{CHECKER}::test_add",
    "exercises/p1_why/l02_chairs.py::2": f"{CHECKER}::test_add_more",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a fake course in a folder of its own."""
    (tmp_path / "course").mkdir()
    return make_course(tmp_path / "course")


def asked(root: Path, folder: Path, *arguments: str) -> list[str]:
    """Give what pytest would be told to collect, relative to the course."""
    assert course_root(arguments, folder) == root
    places = checkers(arguments, folder, load_course(root))
    return [Path(place).relative_to(root).as_posix() for place in places]


@pytest.mark.parametrize("argument", PLACES)
def test_an_argument_means_a_lesson(argument: str, course: Path) -> None:
    """A path to a stub, checker or folder, in another case, folder or kind of slash, means what it names."""
    assert asked(course, course, argument) == [PLACES[argument]]
    assert asked(course, course.parent, f"course/{argument}") == [PLACES[argument]]
    assert asked(course, course / "docs", argument) == [PLACES[argument]]
    assert asked(course, course / "exercises/p1_why", str(course / argument)) == [PLACES[argument]]


def test_a_linked_stub_and_a_linked_course_are_found(course: Path, tmp_path: Path) -> None:
    """A stub that is a link to elsewhere means its lesson, and a course may be reached through a link."""
    stub = course / "exercises/p1_why/l02_chairs.py"
    stub.rename(tmp_path / "mine.py")
    stub.symlink_to(tmp_path / "mine.py")
    assert asked(course, course, "exercises/p1_why/l02_chairs.py") == [CHECKER]
    (tmp_path / "link").symlink_to(course, target_is_directory=True)
    assert asked(tmp_path / "link", tmp_path, "link/exercises/p1_why/l02_chairs.py") == [CHECKER]


def test_what_is_not_the_courses_is_left_to_pytest(course: Path, tmp_path: Path) -> None:
    """A learner's own tests, other folders, and a project that only looks like a course are no grading."""
    own = course / "exercises/p1_why/test_mine.py"
    own.write_text("def test_mine(): pass\n", encoding="utf-8")
    (tmp_path / "other/exercises").mkdir(parents=True)
    (tmp_path / "other/mkdocs.yml").touch()
    for arguments in (
        [str(own)],
        ["docs"],
        ["."],
        ["exercises", "docs"],
        ["exercises", str(tmp_path / "other/exercises")],
    ):
        assert course_root(arguments, course) is None
    assert course_root(["exercises"], tmp_path / "other") is None


def test_what_names_no_lesson_is_answered(course: Path) -> None:
    """A path without a lesson, a copy beside the exercise, and a task that is not there are answered in words."""
    copy = course / "exercises/l02_chairs.py"
    copy.write_text("", encoding="utf-8")
    loaded = load_course(course)
    with pytest.raises(UserMistake, match="Did you mean: chairs"):
        checkers(["exercises/p1_why/l02_chars.py"], course, loaded)
    with pytest.raises(pytest.UsageError, match=r"the exercise of this lesson is exercises/p1_why/l02_chairs\.py"):
        checkers([str(copy)], course, loaded)
    with pytest.raises(pytest.UsageError, match=r"has no task 'add'\. Its tasks are: test_add, test_add_more"):
        checkers(["exercises/p1_why/l02_chairs.py::add"], course, loaded)


def test_a_stub_by_path_is_graded(course: Path) -> None:
    """`pytest exercises/PART/STUB.py` grades that lesson, and what it recommends next is what comes after it."""
    answer(course, SOLUTION, "chairs")
    done = run_exercises(course, arguments=("exercises/p1_why/l02_chairs.py",))
    assert done.returncode == 0
    assert "(chairs)" in done.stdout
    assert "(lamps)" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Next    poolschool hint lamps")
