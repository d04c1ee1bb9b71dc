"""QTI 1.2 read back, by the rules of Canvas's own reader and by a library that is not ours."""

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest
from canvas_importer import match_id, metadata, parse_assessment, read_items
from export_papers import PAPERS, asked, exported, holds, holds_reason, holds_solution, holds_stem, seen, squeezed

from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, decimal
from poolschool.quiz.text import plain
from poolschool.teaching.exports.output_line import right_lines

EACH_PAPER = pytest.mark.parametrize("name", PAPERS)


def opened(name: str) -> tuple[ElementTree.Element, dict[str, str]]:
    """Open the zip; give the assessment and the texts of the files."""
    with zipfile.ZipFile(io.BytesIO(exported(name, "qti").files["qti.zip"])) as archive:
        files = {place: archive.read(place).decode() for place in archive.namelist()}
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    named = manifest.iter("{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}file")
    places = [place.get("href", "") for place in named]
    assert set(places) == set(files) - {"imsmanifest.xml"}
    (assessment,) = [place for place in places if not place.endswith("assessment_meta.xml")]
    return parse_assessment(files[assessment]), files


@EACH_PAPER
def test_qti_loses_nothing(name: str) -> None:
    """Stems, options, the conditions of a right answer, feedback, points and ids come back from QTI."""
    paper = PAPERS[name]
    root, files = opened(name)
    items = {item.get("title", ""): item for item in root.iter("item")}
    assert list(items) == [question.uid for _, question in asked(paper)]
    assert len({item.get("ident") for item in root.iter("item")}) == len(items)
    assert (
        ElementTree.fromstring(next(text for place, text in files.items() if place.endswith("meta.xml")))[0].text
        == paper.title
    )
    for item, question in asked(paper):
        element = items[question.uid]
        fields = metadata(element)
        assert float(fields["points_possible"]) == item.points
        assert item.lesson.topic in fields["qmd_keywords"]
        feedback = {
            it.get("ident", ""): it.findtext("flow_mat/material/mattext") or ""
            for it in element.findall("itemfeedback")
        }
        linked = {it.get("linkrefid", "") for it in element.iter("displayfeedback")}
        assert linked == set(feedback)
        holds_stem(element.findtext("presentation/material/mattext") or "", question)
        holds_solution(feedback["general_fb"], question)
        qti_answers(element, fields, question, feedback, paper.seed)


def qti_answers(
    element: ElementTree.Element, fields: dict[str, str], question: Question, feedback: dict[str, str], seed: int
) -> None:
    """Hold the answers of one item to the source."""
    labels = element.findall("presentation/response_lid[1]/render_choice/response_label")
    scoring = [it for it in element.findall("resprocessing/respcondition") if it.find("setvar") is not None]
    idents = fields["original_answer_ids"].split(",")
    match question:
        case Choice() | ChooseAll():
            kind = "multiple_choice" if isinstance(question, Choice) else "multiple_answers"
            assert fields["question_type"] == f"{kind}_question"
            for label, part in zip(labels, arrange(question, seed), strict=True):
                option = question.options[part]
                assert label.get("ident") == idents[part]
                holds(label.findtext("material/mattext") or "", option.text)
                holds_reason(feedback[f"{idents[part]}_fb"], option.why, option.belief)
            (condition,) = scoring
            assert condition.findtext("setvar") == "100"
            positive = {
                it.text
                for it in condition.findall("conditionvar/varequal") + condition.findall("conditionvar/and/varequal")
            }
            negative = {it.text for it in condition.findall("conditionvar/and/not/varequal")}
            right = {ident for ident, option in zip(idents, question.options, strict=True) if option.right}
            assert positive == right
            assert negative == (set(idents) - right if isinstance(question, ChooseAll) else set())
        case Number():
            (condition,) = scoring
            between = condition.find("conditionvar/or/and")
            assert between is not None
            bounds = [float(between.findtext(name) or "nan") for name in ("vargte", "varlte")]
            assert bounds == pytest.approx([question.value - question.tolerance, question.value + question.tolerance])
            for wrong in question.wrong:
                holds_reason(feedback["general_fb"], wrong.why, wrong.belief)
                assert decimal(wrong.value) in seen(feedback["general_fb"])
        case Output():
            for wrong_output in question.wrong:
                holds_reason(feedback["general_fb"], wrong_output.why, wrong_output.belief)
        case Order():
            assert fields["question_type"] == "matching_question"
            by_label = {label.get("ident"): label.findtext("material/mattext") or "" for label in labels}
            for number, (condition, step) in enumerate(zip(scoring, question.steps, strict=True), start=1):
                equal = condition.find("conditionvar/varequal")
                assert equal is not None
                assert equal.get("respident") == f"response_{number}"
                assert squeezed(by_label[equal.text]) == squeezed(plain(step.text))
            holds(feedback["general_fb"], *(step.why for step in question.steps))


def test_qti_is_read_by_somebody_elses_library() -> None:
    """Pyslet, which implements the IMS specification, reads the file: every item, every choice, no unknown structure."""
    program = """
import json, sys
from io import BytesIO
from pyslet.qtiv1.item import Item
from pyslet.qtiv1.xml import QTIDocument
document = QTIDocument()
document.read(src=BytesIO(sys.stdin.buffer.read()))

def items(element):  # its own walk stumbles over a misspelt name
    for value in vars(element).values():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, Item):
                yield child
            elif getattr(child, "parent", None) is element:
                yield from items(child)

print(json.dumps([[item.title, len(item.ItemFeedback), len(item.ResProcessing)] for item in items(document.root)]))
"""
    with zipfile.ZipFile(io.BytesIO(exported("course", "qti").files["qti.zip"])) as archive:
        (name,) = [name for name in archive.namelist() if name.count("/") and not name.endswith("meta.xml")]
        data = archive.read(name)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-800:]
    read = json.loads(done.stdout)
    assert [title for title, _, _ in read] == [question.uid for _, question in asked(PAPERS["course"])]
    assert all(feedback >= 1 and processing == 1 for _, feedback, processing in read)


@EACH_PAPER
def test_every_output_in_a_condition_is_right(name: str) -> None:
    """Canvas gives each `varequal` of a short answer weight 100 (extended_text_interaction.rb): no wrong one stands there."""
    read = read_items(opened(name)[0])
    outputs = [question for _, question in asked(PAPERS[name]) if isinstance(question, Output)]
    assert {question.uid: list(read[question.uid].right) for question in outputs} == {
        question.uid: right_lines(question) for question in outputs
    }


@EACH_PAPER
def test_idents_of_steps_differ_in_their_first_digits(name: str) -> None:
    """Canvas takes the first run of digits of an ident for a match's id (associate_interaction.rb): each step has its own."""
    read = read_items(opened(name)[0])
    for _, question in asked(PAPERS[name]):
        if isinstance(question, Order):
            assert len({match_id(ident) for ident in read[question.uid].idents}) == len(question.steps)
