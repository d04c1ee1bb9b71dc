"""The worked solution in the page, and why each part of a question is what it is."""

from collections.abc import Mapping
from html import escape

from poolschool.course.beliefs import Belief
from poolschool.quiz.parts import Reason, reasons, unit
from poolschool.quiz.questions import Number, Order, Output, Question
from poolschool.quiz.text import phrase

_WORDS = {
    True: '<strong class="quiz-right">Right.</strong> ',
    False: '<strong class="quiz-wrong">Wrong.</strong> ',
    None: "",
}
_TITLES = {
    "choice": "Option by option:",
    "choose_all": "Option by option:",
    "number": "Numbers that come to mind:",
    "output": "Outputs that come to mind:",
    "order": "Step by step:",
}


class BeliefLinks:
    """What a page says of a belief: the truth, and where the lesson shows it."""

    def __init__(self, topic: str, registry: Mapping[str, Belief], pages: Mapping[str, str]) -> None:
        self._registry = registry
        self._pages = {**pages, topic: ""}  # a lesson links to itself by the anchor alone
        self._html: dict[str, str] = {"": ""}

    def html(self, belief: str) -> str:
        """Render a belief; nothing if the registry does not hold it, no link if its lesson is not there."""
        if belief not in self._html:
            entry = self._registry.get(belief)
            self._html[belief] = self._render(entry) if entry else ""
        return self._html[belief]

    def _render(self, entry: Belief) -> str:
        address = entry.address(self._pages)
        link = f' <a href="{escape(address)}">Where the lesson shows it</a>' if address else ""
        return f'<span class="quiz-belief">{phrase(entry.truth)}{link}</span>'


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
    rows = reasons(question)
    if not rows:
        return ""
    items = "".join(
        f'<li data-part="{part}"><span class="quiz-about">{_about(question, row)}</span> '
        f'<span class="quiz-why">{_WORDS[row.right]}{phrase(row.why)}{beliefs.html(row.belief)}</span></li>'
        for part, row in enumerate(rows)
    )
    kind = "ol" if isinstance(question, Order) else "ul"
    return f'<p><strong>{_TITLES[question.type]}</strong></p><{kind} class="quiz-whys">{items}</{kind}>'


def _about(question: Question, row: Reason) -> str:
    match question:
        case Number():
            return f"{row.about} {escape(unit(question))}".rstrip()
        case Output():
            return " / ".join(f"<code>{escape(line)}</code>" for line in row.about.splitlines())
        case _:
            return phrase(row.about)
