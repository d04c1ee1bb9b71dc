"""Length gives no answer away: over the course, the longest option is right no more often than chance allows.

The statistics: whoever always chooses the longest option of a question with k options of which r are right is right with
probability r/k if length means nothing. A written question counts once; the versions of a generated one are not independent,
so all 200 count as one question, by the share of them in which the rule is right. Of equally long options each counts for its
part. The number of hits of independent questions follows from their probabilities alone (a Poisson binomial distribution,
computed exactly). It is too high if chance alone reaches it in at most one course of five: stricter than the usual one of twenty,
since authors can do something about it. The same is asked of the shortest, and of the questions with one right option alone.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from class_of_students import BANK

from poolschool.quiz.generated import VERSIONS
from poolschool.quiz.parts import parts, right_parts
from poolschool.quiz.questions import Choice, ChooseAll, Question
from poolschool.quiz.text import plain

LEVEL = 0.2


class Guess(NamedTuple):
    """What a rule scores on one question, from 0 to 1, and what chance would score on it."""

    name: str
    score: float
    chance: float


def guess(question: Question, pick: Callable[[list[int]], int]) -> tuple[float, float]:
    """Give the rule's score on a question and that of chance."""
    lengths = [len(plain(text)) for text in parts(question)]
    chosen = [part for part, length in enumerate(lengths) if length == pick(lengths)]
    right = set(right_parts(question))
    return len(right & set(chosen)) / len(chosen), len(right) / len(lengths)


def guesses(pick: Callable[[list[int]], int], kinds: tuple[type, ...]) -> list[Guess]:
    """Apply a rule to every question with options, written and generated."""
    asked = {name: [question] for name, question in BANK.written.items()}
    asked |= {name: [one.version(number) for number in range(VERSIONS)] for name, one in BANK.generated.items()}
    scored = []
    for name, versions in asked.items():
        if isinstance(versions[0], kinds):
            scores, chances = zip(*(guess(question, pick) for question in versions), strict=True)
            scored.append(Guess(name, sum(scores) / len(scores), sum(chances) / len(chances)))
    return scored


def at_least(hits: int, chances: list[float]) -> float:
    """Give the probability that chance scores so many hits or more."""
    distribution = [1.0]
    for chance in chances:
        missed, hit = [*(p * (1 - chance) for p in distribution), 0.0], [0.0, *(p * chance for p in distribution)]
        distribution = [one + other for one, other in zip(missed, hit, strict=True)]
    return sum(distribution[hits:])


def most_by_chance(chances: list[float]) -> int:
    """Give the highest number of hits that chance still reaches in more than one of five courses."""
    return max(hits for hits in range(len(chances) + 1) if at_least(hits, chances) > LEVEL)


@pytest.mark.parametrize("kinds", [(Choice,), (Choice, ChooseAll)], ids=["one right", "all with options"])
@pytest.mark.parametrize(("rule", "pick"), [("longest", max), ("shortest", min)])
def test_length_gives_no_answer_away(rule: str, pick: Callable[[list[int]], int], kinds: tuple[type, ...]) -> None:
    """Always choosing the longest option, or the shortest, is right no more often than chance allows."""
    scored = guesses(pick, kinds)
    hits, chances = sum(one.score for one in scored), [one.chance for one in scored]
    found = ", ".join(f"{one.name} {one.score:.2f}" for one in scored if one.score > one.chance)
    said = f"{rule}: {hits:.1f} of {len(scored)} right, by chance {sum(chances):.1f}, at most {most_by_chance(chances)}: {found}"
    assert hits <= most_by_chance(chances), said


def test_the_bound_is_that_of_a_binomial() -> None:
    """With thirteen questions of four options each, five hits are chance; six come in 1 of 12 courses, nine in 1 of 1,000."""
    assert most_by_chance([0.25] * 13) == 5
    assert at_least(6, [0.25] * 13) == pytest.approx(0.0802, abs=1e-4)
    assert at_least(9, [0.25] * 13) == pytest.approx(0.00099, abs=1e-4)
