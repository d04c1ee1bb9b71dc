"""QTI 1.2 as Canvas reads it: a zip of a manifest, the quiz's settings and its items.

choice → multiple_choice, choose_all → multiple_answers, number → numerical, output → short_answer, order → matching of places
and steps. A generated question's versions are a nested section from which Canvas draws one. Identifiers follow from our ids, so
a second import brings the same ones. What Canvas reads stands in its own documentation of quiz imports; how it is spelt was
compared with the files of text2qti.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange, parts
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, decimal
from poolschool.quiz.text import phrase, plain
from poolschool.teaching.exports.losses import (
    about,
    numbers_are_read,
    outputs_are_compared,
    part_points,
    places_count,
)
from poolschool.teaching.exports.output_line import right_lines
from poolschool.teaching.exports.qti_package import identifier, qti_zip, xml_bytes
from poolschool.teaching.exports.question_html import (
    Export,
    feedback_html,
    solution_html,
    stem_html,
    tags,
)

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_TYPES = {
    Choice: "multiple_choice_question",
    ChooseAll: "multiple_answers_question",
    Number: "numerical_question",
    Output: "short_answer_question",
    Order: "matching_question",
}


def export_qti(paper: Paper) -> Export:
    """Write qti.zip."""
    ident = identifier(paper.id, "assessment")
    return Export({"qti.zip": qti_zip(paper, ident, _assessment(paper, ident))}, tuple(_losses(paper)))


def _losses(paper: Paper) -> Iterator[str]:
    yield (
        "Canvas has no tags: topic, part, type and beliefs stand in the items' metadata, where it does not show them."
    )
    reasons = "The reasons of known wrong numbers and outputs come with the worked solution, not with the answer"
    yield from about(paper, reasons, Number, Output)
    yield from numbers_are_read(paper, "Canvas stops at a comma (0,5 is 0) and does not look at a unit")
    yield from outputs_are_compared(
        paper, lambda line: line.strip().lower(), "without regard to capitals and to blanks at the ends"
    )
    yield from part_points(paper, "as much away")
    yield from places_count(paper)


def _assessment(paper: Paper, ident: str) -> bytes:
    root = Element("questestinterop", xmlns=QTI)
    assessment = SubElement(root, "assessment", ident=ident, title=paper.title)
    _metadata(SubElement(assessment, "qtimetadata"), {"cc_maxattempts": "1"})
    section = SubElement(assessment, "section", ident="root_section")
    for item in paper.items:
        place = section if len(item.versions) == 1 else _drawn(section, item)
        for question in item.versions:
            place.append(_item(paper, item, question))
    return xml_bytes(root)


def _drawn(section: Element, item: Item) -> Element:
    """Add a nested section of which one item is asked."""
    group = SubElement(section, "section", ident=identifier(item.name, "group"), title=item.name)
    selection = SubElement(SubElement(group, "selection_ordering"), "selection")
    SubElement(selection, "selection_number").text = "1"
    SubElement(SubElement(selection, "selection_extension"), "points_per_item").text = f"{item.points:g}"
    return group


def _item(paper: Paper, item: Item, question: Question) -> Element:
    element = Element("item", ident=identifier(question.uid, "item"), title=question.uid)
    _metadata(
        SubElement(SubElement(element, "itemmetadata"), "qtimetadata"),
        {
            "question_type": _TYPES[type(question)],
            "points_possible": f"{item.points:g}",
            "original_answer_ids": ",".join(_answer_ids(question)),
            "assessment_question_identifierref": identifier(question.uid, "question"),
            "qmd_keywords": ", ".join(tags(item, question)),
        },
    )
    presentation = SubElement(element, "presentation")
    _material(presentation, stem_html(question))
    processing = SubElement(element, "resprocessing")
    outcomes = SubElement(processing, "outcomes")
    SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _feedback_if(SubElement(_condition(processing, "Yes"), "conditionvar"), "other", "general_fb", processing)
    feedback = {"general_fb": solution_html(paper, question, reasons=isinstance(question, Number | Output | Order))}
    match question:
        case Choice() | ChooseAll():
            feedback |= _choose(paper, question, presentation, processing)
        case Number():
            _number(question, presentation, processing)
        case Output():
            _typed(question, presentation, processing)
        case Order():
            _matched(paper, question, presentation, processing)
    for name, html in feedback.items():
        flow = SubElement(SubElement(element, "itemfeedback", ident=name), "flow_mat")
        _material(flow, html)
    return element


def _choose(paper: Paper, question: Choice | ChooseAll, presentation: Element, processing: Element) -> dict[str, str]:
    one = isinstance(question, Choice)
    response = SubElement(presentation, "response_lid", ident="response1", rcardinality="Single" if one else "Multiple")
    choices = SubElement(response, "render_choice")
    idents = _answer_ids(question)
    feedback = {}
    for part in arrange(question, paper.seed):
        option, ident = question.options[part], idents[part]
        _material(SubElement(choices, "response_label", ident=ident), phrase(option.text))
        variables = SubElement(_condition(processing, "Yes"), "conditionvar")
        _feedback_if(variables, "varequal", f"{ident}_fb", processing, ident)
        feedback[f"{ident}_fb"] = feedback_html(paper, option.why, option.belief)
    right = SubElement(_condition(processing, "No"), "conditionvar")
    if one:
        _equal(right, next(ident for ident, option in zip(idents, question.options, strict=True) if option.right))
    else:
        every = SubElement(right, "and")
        for ident, option in zip(idents, question.options, strict=True):
            _equal(every if option.right else SubElement(every, "not"), ident)
    _scores(processing)
    return feedback


def _number(question: Number, presentation: Element, processing: Element) -> None:
    response = SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    SubElement(SubElement(response, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
    either = SubElement(SubElement(_condition(processing, "No"), "conditionvar"), "or")
    _equal(either, decimal(question.value))
    between = SubElement(either, "and")
    for name, bound in (
        ("vargte", question.value - question.tolerance),
        ("varlte", question.value + question.tolerance),
    ):
        SubElement(between, name, respident="response1").text = decimal(bound)
    _scores(processing)


def _typed(question: Output, presentation: Element, processing: Element) -> None:
    """Ask for an output. Only right ones stand in conditions: Canvas takes each `varequal` of a short answer for right."""
    response = SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    SubElement(SubElement(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")
    right = SubElement(_condition(processing, "No"), "conditionvar")
    for line in right_lines(question):
        _equal(right, line)
    _scores(processing)


def _matched(paper: Paper, question: Order, presentation: Element, processing: Element) -> None:
    idents = _answer_ids(question)
    shares = 100 / len(question.steps)
    for number in range(1, len(question.steps) + 1):
        response = SubElement(presentation, "response_lid", ident=f"response_{number}")
        _material(response, f"{number}.", "text/plain")
        choices = SubElement(response, "render_choice")
        for part in arrange(question, paper.seed):
            _material(
                SubElement(choices, "response_label", ident=idents[part]),
                plain(question.steps[part].text),
                "text/plain",
            )
    for number, ident in enumerate(idents, start=1):
        condition = _condition(processing, None)
        _equal(SubElement(condition, "conditionvar"), ident, f"response_{number}")
        SubElement(condition, "setvar", varname="SCORE", action="Add").text = f"{shares:.2f}"


def _answer_ids(question: Question) -> list[str]:
    """Give the identifiers of options or steps in the file's order, or of the right answers.

    Those of steps are numbers: of a matching's identifier Canvas reads the first run of digits, and nothing else.
    """
    if isinstance(question, Order):
        first = 1000 + int(identifier(question.uid, "steps")[1:6], 16) % 9000
        return [f"{first}{part:02}" for part in range(len(question.steps))]
    answers = len(right_lines(question)) if isinstance(question, Output) else len(parts(question)) or 1
    return [identifier(question.uid, f"answer{part}") for part in range(answers)]


def _condition(processing: Element, goes_on: str | None) -> Element:
    return SubElement(processing, "respcondition", {"continue": goes_on} if goes_on else {})


def _feedback_if(variables: Element, kind: str, feedback: str, processing: Element, value: str = "") -> None:
    """Show feedback when this condition, the latest, is met."""
    if kind == "other":
        SubElement(variables, "other")
    else:
        _equal(variables, value)
    SubElement(processing[-1], "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _equal(parent: Element, value: str, response: str = "response1") -> None:
    SubElement(parent, "varequal", respident=response).text = value


def _scores(processing: Element) -> None:
    SubElement(processing[-1], "setvar", action="Set", varname="SCORE").text = "100"


def _material(parent: Element, text: str, kind: str = "text/html") -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype=kind).text = text


def _metadata(parent: Element, entries: dict[str, str]) -> None:
    for label, entry in entries.items():
        field = SubElement(parent, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry
