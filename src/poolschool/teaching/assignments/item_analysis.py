"""Which questions told students apart, which wrong answers were given, and what to teach again.

Difficulty is the share of right answers among all who handed in (classical test theory's p, which is the larger the easier).
Discrimination is the corrected item-total correlation: Pearson's correlation of a question's right or wrong with the points
of all *other* questions, so that the question does not explain itself (Nunnally, Psychometric Theory; Crocker and Algina,
Introduction to Classical and Modern Test Theory). Below FEWEST students, or where everybody did the same, there is none.
"""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from poolschool.course.beliefs import Belief
from poolschool.teaching.assignments.scoring import Score

FEWEST = 10  # students below which a correlation would be chance


@dataclass(frozen=True)
class Question:
    """What a class did with one question. `chosen` counts what was answered wrongly, with the belief behind it."""

    name: str
    type: str
    prompt: str
    students: int
    unanswered: int
    difficulty: float | None
    discrimination: float | None
    chosen: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class BeliefCount:
    """A belief and how many students showed it, each counted once."""

    belief: str
    students: int
    questions: tuple[str, ...]


def questions(papers: Sequence[Sequence[Score]]) -> list[Question]:
    """Analyse each question over all papers, in the order of the first; versions of a generated one count as one."""
    by_name: dict[str, list[tuple[Score, float]]] = {}
    for paper in papers:
        total = sum(scored.points for scored in paper)
        for scored in paper:
            by_name.setdefault(scored.item.name, []).append((scored, total - scored.points))
    return [_question(name, answers) for name, answers in by_name.items()]


def _question(name: str, answers: list[tuple[Score, float]]) -> Question:
    scores = [scored for scored, _ in answers]
    wrong = Counter(
        (chosen, belief)
        for scored in scores
        if scored.answered and not scored.right
        for chosen, belief in _paired(scored)
    )
    question = scores[0].item.question
    return Question(
        name,
        question.type,
        question.prompt,
        len(scores),
        sum(not scored.answered for scored in scores),
        sum(scored.right for scored in scores) / len(scores) if scores else None,
        _correlation([float(scored.right) for scored in scores], [rest for _, rest in answers]),
        tuple((chosen, belief, count) for (chosen, belief), count in wrong.most_common()),
    )


def _paired(scored: Score) -> list[tuple[str, str]]:
    """Pair what was chosen wrongly with its belief; of several versions only the belief is the same."""
    question = scored.item.question
    if question.version is not None:
        return [("", belief) for belief in scored.beliefs]
    options = getattr(question, "options", ())
    if options:
        return [(option.text, option.belief) for option in options if option.text in scored.chosen and not option.right]
    return list(zip(scored.chosen, scored.beliefs, strict=True)) or [("another answer", "")]


def _correlation(right: list[float], rest: list[float]) -> float | None:
    if len(right) < FEWEST:
        return None
    try:
        return statistics.correlation(right, rest)
    except statistics.StatisticsError:  # everybody did the same
        return None


def belief_counts(papers: Sequence[Sequence[Score]]) -> list[BeliefCount]:
    """Count the students who showed each belief, most first."""
    students: Counter[str] = Counter()
    where: dict[str, dict[str, None]] = {}
    for paper in papers:
        shown = {(belief, scored.item.name) for scored in paper for belief in scored.beliefs if belief}
        students.update({belief for belief, _ in shown})
        for belief, name in sorted(shown):
            where.setdefault(belief, {})[name] = None
    return [BeliefCount(belief, count, tuple(where[belief])) for belief, count in students.most_common()]


def belief_text(beliefs: Mapping[str, Belief], belief: str) -> tuple[str, str]:
    """Give a belief in words, and the truth; "" for an answer that shows none."""
    found = beliefs.get(belief)
    return (found.belief, found.truth) if found else ("", "")
