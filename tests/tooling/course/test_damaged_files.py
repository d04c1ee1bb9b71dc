"""Whatever stands in a page, a quiz file or the registry of beliefs: it is read, or its faults have places; no traceback."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from fuzzing import FUZZED
from hypothesis import HealthCheck, given, settings
from mutations import damaged
from page_course import MISCONCEPTIONS, PAGE, STEM, make_page_course

from poolschool.course.beliefs import load_beliefs
from poolschool.course.faults import CourseFault, Fault
from poolschool.course.lessons import load_course, read_course
from poolschool.course.source_text import read_source
from poolschool.quiz.reader import load_quiz
from poolschool.site.content import Content
from poolschool.site.links import link_faults
from poolschool.site.rules import (
    block_faults,
    front_matter_faults,
    heading_faults,
    include_faults,
    lesson_faults,
    live_faults,
)
from poolschool.site.source import PageSource

SAMPLE_QUIZ = (Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps.toml").read_text(encoding="utf-8")
FAULT = re.compile(r"[\w./]+(?::\d+)?: \S[^\x00-\x1f\x7f-\x9f]*[.?`)\]]")
# One file after the other in one folder is meant; 2,000 examples of each reader take about ten seconds together.
fuzz = settings(FUZZED, max_examples=2000, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tiny course once; every example replaces one of its files."""
    return make_page_course(tmp_path_factory.mktemp("course"))


def assert_placed(faults: Iterable[Fault], data: bytes) -> None:
    """Hold each fault to one line of text, with a place that is in the file."""
    lines = data.count(b"\n") + data.count(b"\r") + 2
    for fault in faults:
        assert FAULT.fullmatch(str(fault)), str(fault)
        assert 0 <= fault.line <= lines, str(fault)


@given(data=damaged(PAGE))
@fuzz
def test_a_damaged_page_has_faults_with_places(course: Path, data: bytes) -> None:
    """Front matter, blocks, headings, links and includes of any page are read without a traceback."""
    path = course / "docs" / f"{STEM}.md"
    path.write_bytes(data)
    lessons, faults = read_course(course)
    assert_placed(faults, data)
    try:
        page = PageSource(path.relative_to(course), read_source(path))
    except CourseFault as problem:
        assert_placed(problem.faults, data)
        return
    found = [*front_matter_faults(page), *heading_faults(page), *include_faults(course, page), *live_faults(page)]
    found += block_faults(Content(lessons), page, {"lamps"} - set(lessons.topics))
    found += link_faults(course, {path: page})
    found += [fault for lesson in lessons.lessons for fault in lesson_faults(lesson, page)]
    assert_placed(found, data)


@given(data=damaged(SAMPLE_QUIZ))
@fuzz
def test_a_damaged_quiz_file_has_faults_with_places(course: Path, data: bytes) -> None:
    """Questions of any TOML file are read, or every fault has a line."""
    path = course / "quizzes" / f"{STEM}.toml"
    path.write_bytes(data)
    try:
        load_quiz(path, "lamps", beliefs={"shop_sells"}, proofs={"sum"})
    except CourseFault as problem:
        assert_placed(problem.faults, data)


@given(data=damaged(MISCONCEPTIONS * 2))
@fuzz
def test_a_damaged_registry_of_beliefs_has_faults_with_places(course: Path, data: bytes) -> None:
    """Beliefs of any TOML file are read, or every fault has a line."""
    (course / "quizzes" / "beliefs.toml").write_bytes(data)
    try:
        load_beliefs(course)
    except CourseFault as problem:
        assert_placed(problem.faults, data)


def test_a_course_is_read_as_a_whole_after_all_that(tmp_path: Path) -> None:
    """The file from which the damaged ones are made is sound: its faults are those of the damage."""
    assert load_course(make_page_course(tmp_path)).topics == ("lamps",)
