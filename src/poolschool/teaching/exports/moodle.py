"""Moodle XML: every question with its number of ours (idnumber), so that a second import can be told from the first.

choice → multichoice, choose_all → multichoice with several answers, number → numerical, output → shortanswer,
order → ordering (in Moodle from 4.4 on). A generated question's versions stand in a category of their own, from which a
quiz draws one at random.
"""

import xml.etree.ElementTree as ElementTree
from xml.etree.ElementTree import Element, SubElement

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import phrase
from poolschool.teaching.exports.question_html import (
    Export,
    feedback_html,
    names_of,
    one_line,
    share_of,
    solution_html,
    stem_html,
    tags,
)


def export_moodle(paper: Paper) -> Export:
    """Write moodle.xml."""
    quiz = Element("quiz")
    category = ""
    for item in paper.items:
        versions = f"/{item.name}" if len(item.versions) > 1 else ""
        wanted = f"$course$/top/{paper.title.replace('/', '//')}{versions}"
        if wanted != category:
            category = wanted
            _text(SubElement(SubElement(quiz, "question", type="category"), "category"), category)
        for question in item.versions:
            quiz.append(_question(paper, item, question))
    ElementTree.indent(quiz)
    return Export(
        {"moodle.xml": ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True)}, tuple(_losses(paper))
    )


def _losses(paper: Paper) -> list[str]:
    losses = []
    if names := names_of(paper, ChooseAll):
        losses.append(f"Some of the right options give some of the points, a wrong one takes them all: {names}.")
    several = [item.name for item in paper.items if isinstance(item.question, Output) and "\n" in item.question.prints]
    if several:
        losses.append(f"Outputs of several lines are typed as one line: {', '.join(several)}.")
    if names := names_of(paper, Order):
        losses.append(f"The reasons of the steps stand in the general feedback (Moodle 4.4 or newer): {names}.")
    return losses


def _question(paper: Paper, item: Item, question: Question) -> Element:
    kinds = {
        Choice: "multichoice",
        ChooseAll: "multichoice",
        Number: "numerical",
        Output: "shortanswer",
        Order: "ordering",
    }
    element = Element("question", type=kinds[type(question)])
    _text(SubElement(element, "name"), question.uid)
    _html(SubElement(element, "questiontext"), stem_html(question))
    _html(SubElement(element, "generalfeedback"), solution_html(paper, question, reasons=isinstance(question, Order)))
    for name, value in {
        "defaultgrade": f"{item.points:g}",
        "penalty": "0",
        "hidden": "0",
        "idnumber": question.uid,
    }.items():
        SubElement(element, name).text = value
    match question:
        case Choice() | ChooseAll():
            _options(paper, element, question)
        case Number():
            _answer(element, "100", f"{question.value:.12g}", "", tolerance=f"{question.tolerance:.12g}")
            for wrong in question.wrong:
                told = feedback_html(paper, wrong.why, wrong.belief)
                _answer(element, "0", f"{wrong.value:.12g}", told, tolerance="0")
        case Output():
            SubElement(element, "usecase").text = "1"
            _outputs(paper, element, question)
        case Order():
            _steps(element, question)
    labels = SubElement(element, "tags")
    for tag in tags(item, question):
        _text(SubElement(labels, "tag"), tag)
    return element


def _options(paper: Paper, element: Element, question: Choice | ChooseAll) -> None:
    right = sum(option.right for option in question.options)
    share = share_of(right)
    SubElement(element, "single").text = "true" if isinstance(question, Choice) else "false"
    SubElement(element, "shuffleanswers").text = "0"  # they stand in the order of the seed
    SubElement(element, "answernumbering").text = "abc"
    for part in arrange(question, paper.seed):
        option = question.options[part]
        wrong = "0" if isinstance(question, Choice) else "-100"
        told = feedback_html(paper, option.why, option.belief)
        answer = _answer(element, share if option.right else wrong, "", told)
        answer.set("format", "html")
        answer[0].text = phrase(option.text)


def _outputs(paper: Paper, element: Element, question: Output) -> None:
    typed = one_line(question, question.prints)
    for way in dict.fromkeys([typed, "".join(typed.split(" ")) if "\n" in question.prints else typed]):
        _answer(element, "100", _literal(way), "")
    for wrong in question.wrong:
        told = feedback_html(paper, wrong.why, wrong.belief)
        _answer(element, "0", _literal(one_line(question, wrong.prints)), told)


def _steps(element: Element, question: Order) -> None:
    for name, value in {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": "0",
        "gradingtype": "ALL_OR_NOTHING",
        "showgrading": "SHOW",
        "numberingstyle": "123",
    }.items():
        SubElement(element, name).text = value
    for number, step in enumerate(question.steps, start=1):
        answer = SubElement(element, "answer", fraction=f"{number}.0000000", format="html")
        _text(answer, phrase(step.text))


def _answer(element: Element, fraction: str, text: str, feedback: str, *, tolerance: str = "") -> Element:
    answer = SubElement(
        element, "answer", fraction=fraction, format="plain_text" if not tolerance else "moodle_auto_format"
    )
    _text(answer, text)
    if tolerance:
        SubElement(answer, "tolerance").text = tolerance
    _html(SubElement(answer, "feedback"), feedback)
    return answer


def _literal(text: str) -> str:
    """Write a text so that Moodle's short answer takes `*` as it is and not as anything."""
    return text.replace("*", "\\*")


def _html(element: Element, html: str) -> None:
    element.set("format", "html")
    _text(element, html)


def _text(element: Element, text: str) -> None:
    SubElement(element, "text").text = text
