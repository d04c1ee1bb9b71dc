"""The item analysis: shares and correlations as one computes them by hand, beliefs counted once per student."""

import pytest
from class_of_students import BANK

from poolschool.teaching.assignments.assignment import Assignment
from poolschool.teaching.assignments.handed_in import Answer, ResultPaper
from poolschool.teaching.assignments.item_analysis import belief_counts, questions
from poolschool.teaching.assignments.pages import analysis_page
from poolschool.teaching.assignments.scoring import Score, score

NAMES = ("why_pooling.purpose", "why_pooling.keep_ten", "leaks.first_failing_call")
ASKED = Assignment.model_validate(
    {"id": "x", "title": "X <b>", "seed": 1, "question": [{"id": name} for name in NAMES]}
)
PAPER = ASKED.paper(BANK)


def answers(purpose: int | None, keep_ten: int | None, call: str | None) -> list[Score]:
    """Score a student's three answers."""
    given = [
        Answer(question=item.name, version=None, hash=item.question.content_hash, answer=answer)
        for item, answer in zip(PAPER.items, (purpose, keep_ten, call), strict=True)
    ]
    file = ResultPaper(assignment="x", digest=ASKED.digest, student="s", handed_in="", answers=given)
    scored, notes = score(PAPER, file)
    assert notes == []
    return scored


# Right are 1, 0 and 7. Twelve students: the rest scores differ, so that there is something to correlate.
CLASS = [
    *[answers(1, 0, "7")] * 5,
    *[answers(1, 1, "5")] * 2,
    *[answers(0, 0, "6")] * 2,
    *[answers(0, 2, "5")] * 2,
    answers(None, 0, "7"),
]


def test_difficulty_is_the_share_of_right_answers() -> None:
    """Seven of twelve chose the purpose rightly, eight the keyword, six the call; one left the first open."""
    found = {question.name: question for question in questions(CLASS)}
    assert [found[name].difficulty for name in NAMES] == [7 / 12, 8 / 12, 6 / 12]
    assert [found[name].unanswered for name in NAMES] == [1, 0, 0]


def test_discrimination_leaves_the_question_itself_out() -> None:
    """The correlation is with the points of the other questions, as the definition gives it by hand."""
    right = [1] * 7 + [0] * 5
    rest = [2] * 5 + [0] * 2 + [1] * 2 + [0] * 2 + [2]
    n, mean_right, mean_rest = 12, sum(right) / 12, sum(rest) / 12
    covariance = sum((a - mean_right) * (b - mean_rest) for a, b in zip(right, rest, strict=True)) / n
    spread = (sum((a - mean_right) ** 2 for a in right) / n) ** 0.5 * (
        sum((b - mean_rest) ** 2 for b in rest) / n
    ) ** 0.5
    assert questions(CLASS)[0].discrimination == pytest.approx(covariance / spread)


def test_too_few_or_all_alike_have_no_discrimination() -> None:
    """Nine students, or twelve who all did the same, give no number."""
    assert questions(CLASS[:9])[0].discrimination is None
    assert questions([answers(1, 0, "7")] * 12)[0].discrimination is None


def test_wrong_answers_are_counted_with_their_belief() -> None:
    """Each wrong option and known wrong number is counted, with the belief that leads to it."""
    found = {question.name: question for question in questions(CLASS)}
    assert found["leaks.first_failing_call"].chosen == (("5", "overflow_forgotten", 4), ("6", "last_one_fails", 2))
    assert [(belief, count) for _, belief, count in found["why_pooling.purpose"].chosen] == [("pool_encrypts", 4)]


def test_a_belief_counts_once_per_student() -> None:
    """Two wrong keywords are one belief of two students; who shows it in two questions is one student."""
    beliefs = {belief.belief: belief for belief in belief_counts(CLASS)}
    assert beliefs["overflow_forgotten"].students == 4
    assert beliefs["keyword_guessed"].students == 4
    assert [belief.students for belief in belief_counts(CLASS)] == sorted(
        (it.students for it in belief_counts(CLASS)), reverse=True
    )


def test_the_page_says_what_to_teach_again() -> None:
    """The page names beliefs with the share who hold them, links to the lesson, and escapes titles."""
    pages = {"why_pooling": "https://pools.example/p1_why/l01_why_pooling/"}
    page = analysis_page(ASKED, CLASS, BANK.beliefs, pages, [300, 600])
    assert "4 of 12" in page
    assert 'href="https://pools.example/p1_why/l01_why_pooling/#overflow' in page or "#keyword_guessed" in page
    assert "X &lt;b&gt;" in page
    assert "Nobody's answers count yet." in analysis_page(ASKED, [], {}, {}, []).replace("&#39;", "'")
