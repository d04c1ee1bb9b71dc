"""Score a paper again from the raw answers: what a file says of its score is never asked."""

from dataclasses import dataclass

from poolschool.quiz.marking import Marking, mark
from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import reasons
from poolschool.quiz.questions import Choice, ChooseAll, Number, Output, Question
from poolschool.teaching.assignments.handed_in import Answer, ResultPaper

LONGEST = 20_000  # characters of a typed answer


@dataclass(frozen=True)
class Score:
    """One question of one student: points of those that could be had, and the beliefs that a wrong answer shows.

    `chosen` names what was answered for the item analysis: options by their text, a known wrong number or output.
    """

    item: Item
    answered: bool
    right: bool
    points: float
    chosen: tuple[str, ...] = ()
    beliefs: tuple[str, ...] = ()
    note: str = ""


def score(paper: Paper, handed_in: ResultPaper) -> tuple[list[Score], list[str]]:
    """Score what was handed in against the student's own paper; give the scores in the paper's order, and what to look at."""
    given: dict[str, Answer] = {}
    notes = []
    for answer in handed_in.answers:
        if answer.question in given:
            notes.append(f"{answer.question} stands in the file twice; the first counts")
        given.setdefault(answer.question, answer)
    scored = [_score_of(item, given.pop(item.name, None)) for item in paper.items]
    if given:
        notes.append(f"{', '.join(sorted(given))[:200]} was not asked")
    notes += [f"{one.item.name} {one.note}" for one in scored if one.note]
    return scored, notes


def _score_of(item: Item, given: Answer | None) -> Score:
    if given is None:
        return Score(item, answered=False, right=False, points=0, note="is not in the file")
    question, note = item.question, ""
    if given.version != question.version:
        note = f"is answered as version {given.version}, but this student has version {question.version}"
    elif given.hash != question.content_hash:
        note = "was worded differently when it was answered"
    if given.answer is None:
        return Score(item, answered=False, right=False, points=0, note=note)
    if isinstance(given.answer, str) and len(given.answer) > LONGEST:
        return Score(item, answered=False, right=False, points=0, note="has an answer that is too long to be one")
    marking = mark(question, given.answer)
    if not marking.counted:
        reason = f"has an answer that cannot be read ({marking.remarks[0].text})"
        return Score(item, answered=False, right=False, points=0, note=note or reason)
    chosen, beliefs = _meaning(question, given.answer, marking)
    return Score(item, True, marking.right, item.points if marking.right else 0, chosen, beliefs, note)


def _meaning(
    question: Question, answer: int | list[int] | str, marking: Marking
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say what was chosen and which beliefs that shows."""
    if isinstance(question, Choice | ChooseAll) and not isinstance(answer, str):
        parts = [answer] if isinstance(answer, int) else sorted(set(answer))
        options = [question.options[part] for part in parts]
        return tuple(option.text for option in options), tuple(option.belief for option in options if not option.right)
    known = next((remark.part for remark in marking.remarks if remark.kind == "known"), None)
    if known is None or not isinstance(question, Number | Output):
        return (), ()
    if isinstance(question, Number):
        return (reasons(question)[known].about,), (question.wrong[known].belief,)
    return (question.wrong[known].prints,), (question.wrong[known].belief,)
