"""GIFT: questions as text, each with its id and tags in the comment that Moodle reads (`[id:…] [tag:…]`).

choice → `=` and `~`, choose_all → shares in percent, number → `#value:tolerance`, output → short answer, order → matching of
places and steps. Versions of a generated question stand in a category of their own.
"""

import re
from collections.abc import Iterator

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, decimal
from poolschool.quiz.text import phrase, plain
from poolschool.teaching.exports.losses import (
    about,
    numbers_are_read,
    outputs_are_compared,
    part_points,
    places_count,
)
from poolschool.teaching.exports.output_line import one_line, right_lines
from poolschool.teaching.exports.question_html import (
    Export,
    category_of,
    feedback_html,
    share_of,
    solution_html,
    stem_html,
    tags,
)

_SIGNS = re.compile(r"([~=#{}:\\])")


def export_gift(paper: Paper) -> Export:
    """Write questions.gift.txt."""
    lines, category = [], ""
    for item in paper.items:
        wanted = category_of(paper, item)
        if wanted != category:
            category = wanted
            lines.append(f"$CATEGORY: {' '.join(category.split())}\n")
        lines += [_question(paper, item, question) for question in item.versions if not _is_matching(question)]
    return Export({"questions.gift.txt": "\n".join(lines).encode()}, tuple(_losses(paper)))


def _losses(paper: Paper) -> Iterator[str]:
    if any(item.points != 1 for item in paper.items):
        yield "GIFT has no points: each question counts 1 until you change it."
    if left_out := [item.name for item in paper.items if any(map(_is_matching, item.versions))]:
        yield f"GIFT would take an output with -> in it for a matching; left out: {', '.join(left_out)}."
    yield from about(paper, "GIFT does not fix the order of options, an LMS may shuffle them", Choice, ChooseAll)
    yield from part_points(paper, "them all")
    yield from numbers_are_read(paper, "Moodle on an English site reads 0,5 as 5 and refuses a unit")
    yield from outputs_are_compared(
        paper, lambda line: line.strip().lower(), "without regard to capitals and to blanks at the ends"
    )
    yield from places_count(paper)


def _is_matching(question: Question) -> bool:
    """Tell a short answer that every reader of GIFT would misread: `->` among the answers means a matching, and has no escape."""
    return isinstance(question, Output) and any(
        "->" in it for it in (question.prints, *(w.prints for w in question.wrong))
    )


def _question(paper: Paper, item: Item, question: Question) -> str:
    labels = "".join(f" [tag:{tag}]" for tag in tags(item, question))
    general = _escaped(solution_html(paper, question, reasons=isinstance(question, Order)))
    body = "\n".join(["#" if isinstance(question, Number) else "", *_answers(paper, question)])
    return (
        f"// [id:{question.uid}]{labels}\n"
        f"::{_escaped(question.uid)}::[html]{_escaped(stem_html(question))}{{{body}\n####{general}}}\n"
    )


def _answers(paper: Paper, question: Question) -> list[str]:
    match question:
        case Choice():
            return [
                f"{'=' if option.right else '~'}{_escaped(phrase(option.text))}{_feedback(paper, option.why, option.belief)}"
                for option in (question.options[part] for part in arrange(question, paper.seed))
            ]
        case ChooseAll():
            right = sum(option.right for option in question.options)
            share = share_of(right)
            return [
                f"~%{share if option.right else '-100'}%{_escaped(phrase(option.text))}"
                f"{_feedback(paper, option.why, option.belief)}"
                for option in (question.options[part] for part in arrange(question, paper.seed))
            ]
        case Number():
            right_one = f"=%100%{decimal(question.value)}:{decimal(question.tolerance)}"
            return [right_one, *(
                f"=%0%{decimal(wrong.value)}:0{_feedback(paper, wrong.why, wrong.belief)}" for wrong in question.wrong
            )]  # fmt: skip
        case Output():
            return [*(f"=%100%{_literal(line)}" for line in right_lines(question)), *(
                f"=%0%{_literal(one_line(question, wrong.prints))}{_feedback(paper, wrong.why, wrong.belief)}"
                for wrong in question.wrong
            )]  # fmt: skip
        case Order():
            return [
                f"={number}. -> {_escaped(plain(step.text))}" for number, step in enumerate(question.steps, start=1)
            ]


def _feedback(paper: Paper, why: str, belief: str) -> str:
    return f"#{_escaped(feedback_html(paper, why, belief))}"


def _literal(text: str) -> str:
    return _escaped(text.replace("*", "\\*"))


def _escaped(text: str) -> str:
    """Escape GIFT's own signs; a line's end becomes a backslash and n, since a blank line would end the question."""
    return _SIGNS.sub(r"\\\1", text).replace("\r", "").replace("\n", "\\n")
