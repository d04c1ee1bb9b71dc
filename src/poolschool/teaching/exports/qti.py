"""QTI 1.2 as Canvas reads it: a zip of a manifest, the quiz's settings and its items.

choice → multiple_choice, choose_all → multiple_answers, number → numerical, output → short_answer, order → matching of places
and steps. A generated question's versions are a nested section from which Canvas draws one. Identifiers follow from our ids, so
a second import brings the same ones. What Canvas reads is told in its own documentation of quiz imports; how it is spelt was
compared with the files of text2qti.
"""

import hashlib
import io
import xml.etree.ElementTree as ElementTree
import zipfile
from xml.etree.ElementTree import Element, SubElement

from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import phrase, plain
from poolschool.teaching.exports.question_html import (
    Export,
    feedback_html,
    names_of,
    one_line,
    solution_html,
    stem_html,
    tags,
)

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_TYPES = {
    Choice: "multiple_choice_question",
    ChooseAll: "multiple_answers_question",
    Number: "numerical_question",
    Output: "short_answer_question",
    Order: "matching_question",
}
_WHEN = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: the same paper gives the same bytes


def export_qti(paper: Paper) -> Export:
    """Write qti.zip."""
    ident = _id(paper.id, "assessment")
    files = {
        "imsmanifest.xml": _manifest(ident),
        f"{ident}/assessment_meta.xml": _meta(paper, ident),
        f"{ident}/{ident}.xml": _assessment(paper, ident),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return Export({"qti.zip": out.getvalue()}, tuple(_losses(paper)))


def _losses(paper: Paper) -> list[str]:
    losses = [
        "Canvas has no tags: topic, part, type and beliefs stand in the items' metadata, where it does not show them."
    ]
    if names := names_of(paper, Number):
        losses.append(
            f"The reasons of known wrong numbers come with the worked solution, not with the number: {names}."
        )
    if names := names_of(paper, Output):
        losses.append(f"Outputs are compared without regard to capitals, and several lines are typed as one: {names}.")
    if names := names_of(paper, Order):
        losses.append(f"Steps are matched to their places, and each place counts by itself: {names}.")
    return losses


def _assessment(paper: Paper, ident: str) -> bytes:
    root = Element("questestinterop", xmlns=QTI)
    assessment = SubElement(root, "assessment", ident=ident, title=paper.title)
    _metadata(SubElement(assessment, "qtimetadata"), {"cc_maxattempts": "1"})
    section = SubElement(assessment, "section", ident="root_section")
    for item in paper.items:
        place = section if len(item.versions) == 1 else _drawn(section, item)
        for question in item.versions:
            place.append(_item(paper, item, question))
    return _bytes(root)


def _drawn(section: Element, item: Item) -> Element:
    """Add a nested section of which one item is asked."""
    group = SubElement(section, "section", ident=_id(item.name, "group"), title=item.name)
    selection = SubElement(SubElement(group, "selection_ordering"), "selection")
    SubElement(selection, "selection_number").text = "1"
    SubElement(SubElement(selection, "selection_extension"), "points_per_item").text = f"{item.points:g}"
    return group


def _item(paper: Paper, item: Item, question: Question) -> Element:
    element = Element("item", ident=_id(question.uid, "item"), title=question.uid)
    _metadata(
        SubElement(SubElement(element, "itemmetadata"), "qtimetadata"),
        {
            "question_type": _TYPES[type(question)],
            "points_possible": f"{item.points:g}",
            "original_answer_ids": ",".join(_answer_ids(question)),
            "assessment_question_identifierref": _id(question.uid, "question"),
            "qmd_keywords": ", ".join(tags(item, question)),
        },
    )
    presentation = SubElement(element, "presentation")
    _material(presentation, stem_html(question))
    processing = SubElement(element, "resprocessing")
    outcomes = SubElement(processing, "outcomes")
    SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    _shown(SubElement(_condition(processing, "Yes"), "conditionvar"), "other", "general_fb", processing)
    feedback = {"general_fb": solution_html(paper, question, reasons=isinstance(question, Number | Order))}
    match question:
        case Choice() | ChooseAll():
            feedback |= _choose(paper, question, presentation, processing)
        case Number():
            _number(question, presentation, processing)
        case Output():
            feedback |= _typed(paper, question, presentation, processing)
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
        _shown(variables, "varequal", f"{ident}_fb", processing, ident)
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
    _equal(either, f"{question.value:.12g}")
    between = SubElement(either, "and")
    for name, bound in (
        ("vargte", question.value - question.tolerance),
        ("varlte", question.value + question.tolerance),
    ):
        SubElement(between, name, respident="response1").text = f"{bound:.12g}"
    _scores(processing)


def _typed(paper: Paper, question: Output, presentation: Element, processing: Element) -> dict[str, str]:
    response = SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    SubElement(SubElement(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")
    feedback = {}
    for wrong, ident in zip(question.wrong, _answer_ids(question)[1:], strict=True):
        variables = SubElement(_condition(processing, "Yes"), "conditionvar")
        _shown(variables, "varequal", f"{ident}_fb", processing, one_line(question, wrong.prints))
        feedback[f"{ident}_fb"] = feedback_html(paper, wrong.why, wrong.belief)
    right = SubElement(_condition(processing, "No"), "conditionvar")
    typed = one_line(question, question.prints)
    for way in dict.fromkeys([typed, "".join(typed.split(" ")) if "\n" in question.prints else typed]):
        _equal(right, way)
    _scores(processing)
    return feedback


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
    """Give the identifiers of options or steps in the file's order, of an output the right one and then the known wrong."""
    match question:
        case Choice() | ChooseAll():
            count = len(question.options)
        case Order():
            count = len(question.steps)
        case Number():
            count = 1
        case Output():
            count = 1 + len(question.wrong)
    return [_id(question.uid, f"answer{part}") for part in range(count)]


def _condition(processing: Element, goes_on: str | None) -> Element:
    return SubElement(processing, "respcondition", {"continue": goes_on} if goes_on else {})


def _shown(variables: Element, kind: str, feedback: str, processing: Element, value: str = "") -> None:
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
        found = SubElement(parent, "qtimetadatafield")
        SubElement(found, "fieldlabel").text = label
        SubElement(found, "fieldentry").text = entry


def _meta(paper: Paper, ident: str) -> bytes:
    """Write the quiz's settings; Canvas fills in what is not there."""
    root = Element("quiz", identifier=ident, xmlns=CANVAS)
    for name, value in {
        "title": paper.title,
        "description": "",
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": "assignment",
        "points_possible": f"{paper.points:g}",
        "allowed_attempts": "1",
    }.items():
        SubElement(root, name).text = value
    return _bytes(root)


def _manifest(ident: str) -> bytes:
    root = Element("manifest", identifier=_id(ident, "manifest"), xmlns=MANIFEST)
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    meta, depends = f"{ident}/assessment_meta.xml", _id(ident, "meta")
    resource = SubElement(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
    SubElement(resource, "file", href=f"{ident}/{ident}.xml")
    SubElement(resource, "dependency", identifierref=depends)
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    SubElement(SubElement(resources, "resource", identifier=depends, type=kind, href=meta), "file", href=meta)
    return _bytes(root)


def _bytes(root: Element) -> bytes:
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _id(name: str, kind: str) -> str:
    """Derive an identifier from an id of ours: always the same one, and a letter first as XML wants it."""
    return f"p{hashlib.sha256(f'poolschool {kind} {name}'.encode()).hexdigest()[:31]}"
