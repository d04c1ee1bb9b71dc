"""The picture of a pool in a terminal: readable without colours, in 80 columns and 16 lines, and the same story as the sentences."""

from dataclasses import replace
from pathlib import Path

import pytest

from poolschool.course.lessons import find_root, load_course
from poolschool.grading.pool_use import A_WAIT, MOST_BORROWERS, Borrower, PoolUse, plain, sentence, telling
from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.learner.pool_picture import LABEL, PLAIN_SIGNS, SIGNS, Signs, draw
from poolschool.learner.report import Report

COURSE = load_course(find_root(Path(__file__).parent))
STORY = telling(
    61,
    [
        Borrower(1, "MainThread", 14, 12.0, 0.0, 100.0, "not returned"),
        Borrower(2, "MainThread", 14, 12.0, 50.0, 50.0, "returned"),
        Borrower(3, "Thread-2", 1234, 37.0, 75.0, 0.0, "gave up"),
        Borrower(4, "Thread-3", 0, 62.0, 50.0, 0.0, "waits"),
        Borrower(5, "Thread-4", 20, 112.0, 0.0, 0.0, "got none"),
    ],
)
DRAWN = """
               12 ms                              112 ms
   1 line 14   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━→
   2 line 14   ····················━━━━━━━━━━━━━━━━━━━━
   3 line 1234           ······························✗
   4 not yours                     ····················
   5 line 20                                          ✗
               · waits  ━ holds  ✗ got none  → never returned
               and 56 more
"""


class Paper:
    """A terminal without colours, which keeps what is written."""

    hasmarkup = False

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, s: str = "", **_: bool) -> None:
        self.lines.append(s)

    def markup(self, text: str, **_: bool) -> str:
        return text


def test_the_picture() -> None:
    """Each borrower has a row: who keeps, who waited, who gave up, who still waits, who got none."""
    assert draw(STORY, LABEL + 41, SIGNS) == DRAWN.strip("\n").splitlines()


def test_the_picture_in_ascii() -> None:
    """Where a terminal has no such signs, plain ones stand for them."""
    plainly = "\n".join(draw(STORY, LABEL + 41, PLAIN_SIGNS))
    assert plainly.isascii()
    table = str.maketrans(dict(zip(PLAIN_SIGNS, SIGNS, strict=True)))
    assert plainly.translate(table) == DRAWN.strip("\n")


def test_a_crowd_fits() -> None:
    """However many there are and however long it took: 80 columns, 16 lines, and the others are counted."""
    crowd = [Borrower(n, "x", n, n * 7.0, 500.0 * (n % 3), 90_000.0, "not returned") for n in range(1, 1000)]
    crowd.append(Borrower(1000, "x", 9999, 1e8, 1.0, 0.0, "gave up"))
    use = telling(1000, crowd)
    assert len(use.borrowers) == MOST_BORROWERS
    lines = draw(use, 65, SIGNS)
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 65
    assert lines[-1].strip() == f"and {1000 - (len(lines) - 3)} more"


def story(row: str, signs: Signs) -> set[str]:
    """Say what a drawn row shows."""
    words = zip(signs, ("waited", "held", "gave up", "never returned"), strict=True)
    return {word for sign, word in words if sign in row[LABEL:]}


@pytest.mark.parametrize("one", STORY.borrowers, ids=lambda one: one.end)
def test_rows_and_sentences_agree(one: Borrower) -> None:
    """What a row shows, the sentence says, on which the page's text is tested; with the same line."""
    _, row, _, *_ = draw(PoolUse(1, (one,)), 65, SIGNS)
    said = sentence(one).replace("got none", "gave up").replace("still waits", "")
    shown = story(row, SIGNS)
    assert {word for word in ("waited", "held", "gave up", "never returned") if word in said} == shown
    assert ("waited" in shown) == (one.waited >= A_WAIT)
    assert (f"line {one.line}" in said) == (f"line {one.line}" in row) == (one.line > 0)


def reported(verdict: Verdict, encoding: str = "utf-8") -> str:
    """Give what a terminal shows of a lesson with one task."""
    paper = Paper()
    report = Report(paper, COURSE, {}, encoding=encoding)
    report.lesson(LessonResult("leaks", "Leaks", "p3_breaks/l09_leaks", (verdict,)))
    return "\n".join(paper.lines)


FAILED = Verdict(1, "Return it", "failed", called="fetch()", got="1", expected="0", hint="Close it.", pool=plain(STORY))


def test_it_is_shown_under_a_failed_verdict_only() -> None:
    """Under a failed verdict that has one; never where there is nothing to tell, or for one that passed."""
    assert "    Pool                      12 ms" in reported(FAILED)
    assert max(map(len, reported(FAILED).splitlines())) <= 80
    assert "never returned" not in reported(replace(FAILED, pool=plain(PoolUse())))
    assert "never returned" not in reported(replace(FAILED, status="passed"))


def test_a_terminal_without_such_signs_gets_plain_ones() -> None:
    """The report chooses by the terminal's encoding."""
    assert ". waits  = holds  x got none  > never returned" in reported(FAILED, "ascii")
