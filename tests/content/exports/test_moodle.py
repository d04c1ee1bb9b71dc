"""Moodle XML read back, by the rules of Moodle's own reader."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from export_papers import PAPERS, asked, exported, holds, holds_reason, holds_solution, holds_stem
from moodle_importer import ImportStoppedError, matches, read_number, read_xml, skip_white

from poolschool.quiz.parts import arrange, beliefs_of
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.teaching.exports.output_line import right_lines

EACH_PAPER = pytest.mark.parametrize("name", PAPERS)


def texts(element: ElementTree.Element, path: str) -> list[str]:
    """Give the texts below a path."""
    return [place.findtext("text") or "" for place in element.findall(path)]


@EACH_PAPER
def test_moodle_loses_nothing(name: str) -> None:
    """Stems, options, right ones, feedback, points, tolerance, ids and tags come back from Moodle XML."""
    paper = PAPERS[name]
    elements = {uid: element for uid, (_, element) in read_xml(exported(name, "moodle").files["moodle.xml"]).items()}
    assert list(elements) == [question.uid for _, question in asked(paper)]
    for item, question in asked(paper):
        element = elements[question.uid]
        holds_stem(texts(element, "questiontext")[0], question)
        holds_solution(texts(element, "generalfeedback")[0], question)
        assert float(element.findtext("defaultgrade") or 0) == item.points
        tags = {question.type, item.lesson.topic, *(f"belief {belief}" for belief in beliefs_of(question))}
        assert tags <= set(texts(element, "tags/tag"))
        moodle_answers(element, question, paper.seed)


def moodle_answers(element: ElementTree.Element, question: Question, seed: int) -> None:
    """Hold the answers of one question to the source."""
    kind, answers = element.get("type"), element.findall("answer")
    answer_texts = texts(element, "answer")
    match question:
        case Choice() | ChooseAll():
            assert kind == "multichoice"
            assert element.findtext("single") == str(isinstance(question, Choice)).lower()
            for answer, part in zip(answers, arrange(question, seed), strict=True):
                option = question.options[part]
                holds(answer.findtext("text") or "", option.text)
                holds_reason(texts(answer, "feedback")[0], option.why, option.belief)
                assert (float(answer.get("fraction", "0")) > 0) == option.right
            total = sum(
                float(answer.get("fraction", "0")) for answer in answers if float(answer.get("fraction", "0")) > 0
            )
            assert total == pytest.approx(100, abs=0.001)
        case Number():
            assert kind == "numerical"
            assert [float(text) for text in answer_texts] == [
                question.value,
                *(wrong.value for wrong in question.wrong),
            ]
            assert float(answers[0].findtext("tolerance") or -1) == question.tolerance
            for answer, wrong in zip(answers[1:], question.wrong, strict=True):
                assert answer.get("fraction") == "0"
                holds_reason(texts(answer, "feedback")[0], wrong.why, wrong.belief)
        case Output():
            assert (kind, element.findtext("usecase")) == ("shortanswer", "1")
            right = [it.findtext("text") or "" for it in answers if it.get("fraction") == "100"]
            assert [text.replace("\\*", "*") for text in right] == right_lines(question)
            wrong_ones = [answer for answer in answers if answer.get("fraction") == "0"]
            for answer, wrong_output in zip(wrong_ones, question.wrong, strict=True):
                holds_reason(texts(answer, "feedback")[0], wrong_output.why, wrong_output.belief)
        case Order():
            assert (kind, element.findtext("gradingtype")) == ("ordering", "ALL_OR_NOTHING")
            for text, step in zip(answer_texts, question.steps, strict=True):
                holds(text, step.text)
            holds(texts(element, "generalfeedback")[0], *(step.why for step in question.steps))


def test_moodle_draws_versions_from_a_category() -> None:
    """Each generated question has a category of its own that holds its versions."""
    root = ElementTree.fromstring(exported("course", "moodle").files["moodle.xml"])
    categories: dict[str, list[str]] = {}
    current = ""
    for question in root:
        if question.get("type") == "category":
            current = question.findtext("category/text") or ""
        else:
            categories.setdefault(current, []).append(question.findtext("idnumber") or "")
    versions = categories["$course$/top/Pool School/engine_and_pool.cap"]
    assert len(versions) == 3
    assert all(version.startswith("engine_and_pool.cap.") for version in versions)


@EACH_PAPER
def test_moodle_keeps_blanks_between_tags(name: str) -> None:
    """No text is another one after Moodle's reader has dropped blanks between entities (lib/xmlize.php, 4.5.6 asked)."""
    xml = exported(name, "moodle").files["moodle.xml"].decode()
    assert "</strong> <code>" in xml or name == "nasty"
    as_written = [element.text for element in ElementTree.fromstring(xml).iter("text")]
    as_read = [element.text for element in ElementTree.fromstring(skip_white(xml)).iter("text")]
    assert as_read == as_written
    bare = "<q><text>Final answer:&lt;/strong&gt; &lt;code&gt;</text></q>"
    assert ElementTree.fromstring(skip_white(bare)).findtext("text") == "Final answer:</strong><code>"


@EACH_PAPER
def test_an_ordering_says_how_many_are_right(name: str) -> None:
    """Each ordering has `shownumcorrect`; without one the whole import stops (qtype_ordering, import_from_xml)."""
    xml = exported(name, "moodle").files["moodle.xml"]
    assert read_xml(xml)
    with pytest.raises(ImportStoppedError):
        read_xml(re.sub(rb"<shownumcorrect ?/>", b"", xml))


def test_the_model_of_moodle_reads_as_moodle_does() -> None:
    """An English site reads 0,5 as 5 and refuses a unit; a short answer is trimmed, and `*` stands for anything."""
    numbers = {"0,5": 5, "1,904": 1904, " 20 ": 20, "1 904": 1904, "2e1": 20, "2x10^1": 20, "20 ms": None, "−20": None}
    assert {typed: read_number(typed) for typed in numbers} == numbers
    assert read_number("1.904.000") is None
    assert matches("  FROG ", "frog", case_matters=False)
    assert not matches("Frog", "frog", case_matters=True)
    assert matches("anything", "any*", case_matters=True)
    assert not matches("anything", "any\\*", case_matters=True)
