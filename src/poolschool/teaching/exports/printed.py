"""A paper to print and its key: two HTML files that open anywhere, made for A4 and Letter."""

from html import escape
from pathlib import Path
from string import ascii_lowercase

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import Reason, arrange, parts, reasons, source, unit
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import blocks, phrase
from poolschool.teaching.exports.question_html import Export, key_of

_ASKED = {
    "choice": "Tick one.",
    "choose_all": "Tick all that apply.",
    "number": "Write the number.",
    "output": "Write what it prints, line by line.",
    "order": "Number the steps in their order.",
}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def export_print(paper: Paper) -> Export:
    """Write paper.html and key.html; of a generated question stands the version that belongs to the seed."""
    several = [item.name for item in paper.items if len(item.versions) > 1]
    losses = (
        [f"On paper stands one version of each, that of seed {paper.seed}: {', '.join(several)}."] if several else []
    )
    items = [_facts(paper, item) for item in paper.items]
    facts = {"paper": paper, "items": items, "points": f"{paper.points:g}"}
    return Export(
        {
            "paper.html": _TEMPLATES.get_template("paper.html.j2").render(facts).encode(),
            "key.html": _TEMPLATES.get_template("key.html.j2").render(facts).encode(),
        },
        tuple(losses),
    )


def _facts(paper: Paper, item: Item) -> dict[str, object]:
    """Give what the templates need of a question; what is HTML already is marked as such."""
    question = item.question
    kind = {"choice": "○", "choose_all": "□", "order": "__"}.get(question.type, "")
    options = [
        (letter, kind, _markup(phrase(parts(question)[part])))
        for letter, part in zip(ascii_lowercase, arrange(question, paper.seed), strict=False)
    ]
    return {
        "points": f"{item.points:g} point{'' if item.points == 1 else 's'}",
        "asked": _ASKED[question.type] + (f" ({unit(question)})" if unit(question) else ""),
        "prompt": _markup(blocks(question.prompt)),
        "code": source(question),
        "options": options,
        "lines": len(question.prints.splitlines()) + 1
        if isinstance(question, Output)
        else int(isinstance(question, Number)),
        "uid": question.uid,
        "key": key_of(question, paper.seed),
        "prints": isinstance(question, Output),
        "answer": _markup(phrase(question.answer)),
        "solution": [_markup(phrase(step)) for step in question.solution],
        "check": _markup(phrase(question.check)),
        "mistakes": [_markup(phrase(mistake)) for mistake in question.mistakes],
        "reasons": _reasons(paper, question),
    }


def _reasons(paper: Paper, question: Question) -> list[tuple[Markup, Markup, Markup]]:
    """Say of each answer why it is right or wrong, and what is so; letters are those of the paper."""
    rows = reasons(question)
    order = arrange(question, paper.seed) if isinstance(question, Choice | ChooseAll) else range(len(rows))
    return [
        (
            _markup(_about(question, rows[part], place)),
            _markup(phrase(rows[part].why)),
            _markup(phrase(truth) if truth else ""),
        )
        for place, part in enumerate(order)
        for truth in [paper.explain_belief(rows[part].belief)[0]]
    ]


def _about(question: Question, reason: Reason, place: int) -> str:
    match question:
        case Choice() | ChooseAll():
            return f"{ascii_lowercase[place]}) {'right' if reason.right else 'wrong'}"
        case Order():
            return phrase(f"{place + 1}. {reason.about}")
        case _:
            return escape(" / ".join(reason.about.splitlines()))


def _markup(html: str) -> Markup:
    """Mark HTML that `quiz.text` made, which escapes whatever an author wrote."""
    return Markup(html)  # noqa: S704 - see above
