"""A verdict that holds the text of an error names the page about it."""

from dataclasses import replace
from pathlib import Path

import pytest

from poolschool.course.lessons import find_root, load_course
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.learner.report import Report

COURSE = load_course(find_root(Path(__file__).parent))
OPEN = Verdict(1, "Return it", "failed", called="fetch()", expected="7", hint="Use a with block.")
LIMIT = "TimeoutError: QueuePool limit of size 2 overflow 0 reached, connection timed out, timeout 1.00"
ERROR_PAGE = "Error page docs/reference/errors/queue_pool_limit.md QueuePool limit reached"


class Paper:
    """A terminal without colours, which keeps what is written."""

    hasmarkup = False

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, s: str = "", **_: bool) -> None:
        self.lines.append(s.strip())

    def markup(self, text: str, **_: bool) -> str:
        return text


@pytest.mark.parametrize(
    ("verdict", "named"),
    [
        (replace(OPEN, got=LIMIT), True),
        (replace(OPEN, got=LIMIT, status="error"), True),
        (replace(OPEN, got="-1"), False),
    ],
    ids=["failed", "could not be judged", "another mistake"],
)
def test_the_page_of_an_error_is_named(verdict: Verdict, named: bool) -> None:
    """What somebody got is looked up among the error pages; nothing is said where it is no error of these."""
    paper = Paper()
    Report(paper, COURSE, {}).lesson(LessonResult("leaks", "Leaks", "p3_breaks/l09_leaks", (verdict,)))
    words = " ".join(" ".join(paper.lines).split())
    assert words.count("Error page") == words.count(ERROR_PAGE) == named
