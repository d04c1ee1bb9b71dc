"""Moodle XML: every question with its id of ours (idnumber). A second import makes copies, and those have no idnumber.

choice → multichoice, choose_all → multichoice with several answers, number → numerical, output → shortanswer,
order → ordering (in Moodle from 4.4 on). A generated question's versions stand in a category of their own, from which a
quiz draws one at random. Texts stand in CDATA sections, as in Moodle's own exports: its reader drops a blank that stands by
itself between two entities.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import unescape

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, decimal
from poolschool.quiz.text import phrase
from poolschool.teaching.exports.losses import about, numbers_are_read, outputs_are_compared, part_points
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

_TEXT = re.compile(r"<text>([^<]+)</text>")


def export_moodle(paper: Paper) -> Export:
    """Write moodle.xml."""
    quiz = Element("quiz")
    category = ""
    for item in paper.items:
        wanted = category_of(paper, item)
        if wanted != category:
            category = wanted
            _text(SubElement(SubElement(quiz, "question", type="category"), "category"), category)
        for question in item.versions:
            quiz.append(_question(paper, item, question))
    ElementTree.indent(quiz)
    xml = ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True).decode()
    return Export({"moodle.xml": _TEXT.sub(_section, xml).encode()}, tuple(_losses(paper)))


def _section(text: re.Match[str]) -> str:
    """Put the text of an element into CDATA sections; it has no element inside."""
    return f"<text><![CDATA[{unescape(text[1]).replace(']]>', ']]]]><![CDATA[>')}]]></text>"


def _losses(paper: Paper) -> Iterator[str]:
    yield from part_points(paper, "them all")
    yield from numbers_are_read(paper, "an English site reads 0,5 as 5 and refuses a unit")
    yield from outputs_are_compared(paper, str.strip, "without regard to blanks at the ends")
    yield from about(paper, "The reasons of the steps stand in the general feedback (Moodle 4.4 or newer)", Order)


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
            _answer(element, "100", decimal(question.value), "", tolerance=decimal(question.tolerance))
            for wrong in question.wrong:
                why = feedback_html(paper, wrong.why, wrong.belief)
                _answer(element, "0", decimal(wrong.value), why, tolerance="0")
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
        why = feedback_html(paper, option.why, option.belief)
        answer = _answer(element, share if option.right else wrong, "", why)
        answer.set("format", "html")
        answer[0].text = phrase(option.text)


def _outputs(paper: Paper, element: Element, question: Output) -> None:
    for line in right_lines(question):
        _answer(element, "100", _literal(line), "")
    for wrong in question.wrong:
        why = feedback_html(paper, wrong.why, wrong.belief)
        _answer(element, "0", _literal(one_line(question, wrong.prints)), why)


def _steps(element: Element, question: Order) -> None:
    for name, value in {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": "0",
        "gradingtype": "ALL_OR_NOTHING",
        "showgrading": "SHOW",
        "numberingstyle": "123",
        "shownumcorrect": "",  # without it Moodle makes hints without text, and its database refuses them
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
