"""The worked solution in the page, and why each part of a question is what it is."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from poolschool.course.beliefs import Belief
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import phrase

_WORDS = {
    True: '<strong class="quiz-right">Right.</strong> ',
    False: '<strong class="quiz-wrong">Wrong.</strong> ',
    None: "",
}


class BeliefLinks:
    """What a page says of a belief: the truth, and where the lesson shows it."""

    def __init__(self, topic: str, registry: Mapping[str, Belief], pages: Mapping[str, str]) -> None:
        self._registry = registry
        self._pages = {**pages, topic: ""}  # a lesson links to itself by the anchor alone
        self._told: dict[str, str] = {"": ""}

    def html(self, belief: str) -> str:
        """Render a belief; nothing if the registry does not hold it, no link if its lesson is not there."""
        if belief not in self._told:
            found = self._registry.get(belief)
            self._told[belief] = self._tell(found) if found else ""
        return self._told[belief]

    def _tell(self, found: Belief) -> str:
        page = self._pages.get(found.lesson)
        address = None if page is None else escape(f"{page}#{found.anchor}")
        link = "" if address is None else f' <a href="{address}">Where the lesson shows it</a>'
        return f'<span class="quiz-belief">{phrase(found.truth)}{link}</span>'


class _Why(NamedTuple):
    """A part of the question: what it is about, whether it is right (None: neither), why, and the belief behind it."""

    about: str
    right: bool | None
    why: str
    belief: str = ""


def worked_solution(question: Question, name: str, beliefs: BeliefLinks) -> str:
    """Render steps, final answer, quick check, common mistakes and reasons, folded."""
    steps = "".join(f"<li>{phrase(step)}</li>" for step in question.solution)
    mistakes = "".join(f"<li>{phrase(mistake)}</li>" for mistake in question.mistakes)
    prints = ""
    if isinstance(question, Output):
        prints = f'<pre class="quiz-output" tabindex="0"><code>{escape(question.prints)}</code></pre>'
    return (
        f'<details class="quiz-solution" id="{name}-solution"><summary>Worked solution</summary>'
        f'<ol class="quiz-way">{steps}</ol>'
        f"<p><strong>Final answer:</strong> {phrase(question.answer)}</p>{prints}"
        f"<p><strong>Quick check:</strong> {phrase(question.check)}</p>"
        f"<p><strong>Common mistakes:</strong></p><ul>{mistakes}</ul>{_whys(question, beliefs)}</details>"
    )


def _whys(question: Question, beliefs: BeliefLinks) -> str:
    """List the reasons; `data-part` counts in the file's order, as remarks of `marking` do."""
    title, rows = _reasons(question)
    if not rows:
        return ""
    items = "".join(
        f'<li data-part="{part}"><span class="quiz-about">{row.about}</span> '
        f'<span class="quiz-why">{_WORDS[row.right]}{phrase(row.why)}{beliefs.html(row.belief)}</span></li>'
        for part, row in enumerate(rows)
    )
    kind = "ol" if isinstance(question, Order) else "ul"
    return f'<p><strong>{title}</strong></p><{kind} class="quiz-whys">{items}</{kind}>'


def _reasons(question: Question) -> tuple[str, list[_Why]]:
    match question:
        case Choice() | ChooseAll():
            options = question.options
            return "Option by option:", [_Why(phrase(it.text), it.right, it.why, it.belief) for it in options]
        case Number():
            unit = f" {escape(question.unit)}" if question.unit else ""
            known = [_Why(f"{it.value:g}{unit}", False, it.why, it.belief) for it in question.wrong]
            return "Numbers that come to mind:", known
        case Output():
            known = [_Why(_quoted(it.prints), False, it.why, it.belief) for it in question.wrong]
            return "Outputs that come to mind:", known
        case Order():
            return "Step by step:", [_Why(phrase(it.text), None, it.why) for it in question.steps]


def _quoted(prints: str) -> str:
    return " / ".join(f"<code>{escape(line)}</code>" for line in prints.splitlines())
