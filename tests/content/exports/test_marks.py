"""An LMS gives the marks that the course gives on the same answers, or the export names the question and says where not."""

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from canvas_importer import parse_assessment, read_items
from export_papers import asked, nasty, whole_course
from moodle_importer import Answer, MoodleQuestion, read_xml
from odd_answers import PLAIN_NUMBER, OddAnswer, odd_answers

from poolschool.measure.javascript import Module
from poolschool.quiz.marking import mark
from poolschool.quiz.parts import arrange
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.teaching.exports.export import render
from poolschool.teaching.exports.output_line import one_line, separator
from poolschool.teaching.exports.question_html import Export

PAPERS = {"course": whole_course(versions=10), "nasty": nasty()}
Share = Callable[[object], float | None]

# What an export's losses say where marks differ: by format and type of question.
SAID = {
    ("moodle", Number): "Only digits with a decimal point",
    ("qti", Number): "Only digits with a decimal point",
    ("gift", Number): "Only digits with a decimal point",
    ("moodle", Output): "Outputs are compared without regard to blanks at the ends",
    ("qti", Output): "Outputs are compared without regard to capitals and to blanks at the ends",
    ("gift", Output): "Outputs are compared without regard to capitals and to blanks at the ends",
}


@cache
def package(name: str, kind: str) -> Export:
    """Write a paper in a format, once."""
    return render(kind, PAPERS[name])


def shares_moodle(name: str) -> dict[str, Share]:
    """Import Moodle XML: how each question marks, by its id."""
    read = read_xml(package(name, "moodle").files["moodle.xml"])
    return {uid: question.share for uid, (question, _) in read.items()}


def shares_qti(name: str) -> dict[str, Share]:
    """Import QTI into Canvas: how each question marks, by its id."""
    with zipfile.ZipFile(io.BytesIO(package(name, "qti").files["qti.zip"])) as archive:
        (place,) = [it for it in archive.namelist() if it.count("/") and not it.endswith("meta.xml")]
        return {uid: it.share for uid, it in read_items(parse_assessment(archive.read(place).decode())).items()}


def shares_gift(name: str) -> dict[str, Share]:
    """Import GIFT into Moodle, where capitals never matter in it; a matching gives its share for each place."""
    with Module(Path(__file__).with_name("gift.mjs")) as module:
        parsed = module.call("parse", package(name, "gift").files["questions.gift.txt"].decode())
    return {entry["id"]: gift_share(entry) for entry in parsed if entry["type"] != "Category"}


def gift_share(entry: dict) -> Share:
    """Give how one question of GIFT marks."""
    choices = entry.get("choices", [])
    match entry["type"]:
        case "MC":
            shares = [it["weight"] / 100 if it["weight"] is not None else float(it["isCorrect"]) for it in choices]
            return MoodleQuestion("multichoice", True, False, tuple(Answer("", it) for it in shares)).share
        case "Numerical":
            answers = [Answer(str(it["text"]["number"]), it["weight"] / 100, it["text"]["range"]) for it in choices]
            return MoodleQuestion("numerical", True, False, tuple(answers)).share
        case "Short":
            texts = [Answer(it["text"]["text"].strip(), it["weight"] / 100) for it in choices]
            return MoodleQuestion("shortanswer", True, False, tuple(texts)).share
        case _:
            return lambda order: sum(place == part for place, part in enumerate(order)) / len(order)  # type: ignore[arg-type]


SHARES = {"moodle": shares_moodle, "qti": shares_qti, "gift": shares_gift}


def sent_as(kind: str, question: Question, answer: OddAnswer, seed: int) -> object:
    """Give what an LMS gets: options and steps by their places in the file that it imported."""
    in_file_order = isinstance(question, Order) and kind in ("moodle", "gift")
    if isinstance(answer.sent, str) or in_file_order:
        return answer.sent
    order = arrange(question, seed)
    return [order.index(part) for part in answer.sent]


def difference_is_said(kind: str, question: Question, answer: OddAnswer) -> bool:
    """Tell whether a difference is of the kind that the export's sentence about this type describes."""
    if isinstance(question, Number):
        return PLAIN_NUMBER.fullmatch(str(answer.sent)) is None
    if not isinstance(question, Output):
        return False
    sign = re.escape(separator(question))

    def as_compared(line: str) -> str:
        line = re.sub(rf"[ \u00a0]*(?:{sign}|\n)[ \u00a0]*", "|", line.strip(" \u00a0\n")).strip("|")
        return line if kind == "moodle" else line.lower()

    return as_compared(str(answer.sent)) == as_compared(one_line(question, question.prints))


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("kind", SHARES)
def test_marks_agree_or_the_export_says_where_not(kind: str, name: str) -> None:
    """Over all questions and twenty odd answers to each, full marks there are full marks here, but for what is named."""
    shares, losses = SHARES[kind](name), package(name, kind).losses
    left_out = next((loss for loss in losses if "left out" in loss), "")
    for item, question in asked(PAPERS[name]):
        if item.name in left_out:
            continue
        for answer in odd_answers(question):
            here = mark(question, answer.typed).right
            share = shares[question.uid](sent_as(kind, question, answer, PAPERS[name].seed))
            there = share is not None and share > 0.9999
            if here != there:
                where = (question.uid, answer, here, share)
                assert difference_is_said(kind, question, answer), where
                assert any(loss.startswith(SAID[kind, type(question)]) and item.name in loss for loss in losses), where


@pytest.mark.parametrize("kind", SHARES)
def test_part_points_are_said(kind: str) -> None:
    """Where an LMS gives a part of the points, the losses name the question."""
    shares, losses = SHARES[kind]("course"), package("course", kind).losses
    parts_given: dict[type, set[str]] = {}
    for item, question in asked(PAPERS["course"]):
        for answer in odd_answers(question):
            share = shares[question.uid](sent_as(kind, question, answer, PAPERS["course"].seed))
            if share is not None and 0.0001 < share < 0.9999:
                parts_given.setdefault(type(question), set()).add(item.name)
    assert set(parts_given) == ({ChooseAll} if kind == "moodle" else {ChooseAll, Order})
    words = {ChooseAll: "Some of the right options give some of the points", Order: "Steps are matched to their places"}
    for type_, names in parts_given.items():
        assert any(loss.startswith(words[type_]) and all(it in loss for it in names) for loss in losses)


def test_the_papers_are_the_whole_course() -> None:
    """Every type is among the questions that are marked, each written question once and each generated one ten times."""
    questions = [question for _, question in asked(PAPERS["course"])]
    assert {type(question) for question in questions} == {Choice, ChooseAll, Number, Output, Order}
    assert len(questions) >= 191
    assert all(sum(1 for _ in odd_answers(it)) >= 20 for it in questions if isinstance(it, Number | Output))


def test_a_known_wrong_output_that_an_lms_takes_for_right_is_named() -> None:
    """`true` for `True` is wrong here and right where capitals do not matter: the export says so by name."""
    for kind, said in {"moodle": False, "qti": True, "gift": True}.items():
        losses = [loss for loss in package("nasty", kind).losses if loss.startswith("A known wrong output counts")]
        assert losses == (
            ["A known wrong output counts as right, since it is compared so: leaks.capitals."] if said else []
        )
