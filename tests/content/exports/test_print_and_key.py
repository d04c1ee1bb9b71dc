"""Paper, key and the table of keys read back."""

import csv
import io
import re

import pytest
from export_papers import PAPERS, ROOT, asked, exported, holds, holds_code, seen, squeezed
from hatchling.builders.wheel import WheelBuilder

from poolschool.quiz.marking import mark
from poolschool.quiz.parts import arrange, parts, reasons, source
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order
from poolschool.quiz.text import plain

EACH_PAPER = pytest.mark.parametrize("name", PAPERS)


@EACH_PAPER
def test_the_paper_asks_everything_and_tells_nothing(name: str) -> None:
    """The paper holds every stem and option in the order of the seed; reasons and solutions stand in the key alone."""
    paper = PAPERS[name]
    files = {place: content.decode() for place, content in exported(name, "print").files.items()}
    body = files["paper.html"].split("</style>")[1]
    key = files["key.html"].split("</style>")[1]
    sections = re.findall(r"<section>(.*?)</section>", body, re.DOTALL)
    answers = re.findall(r"<section>(.*?)</section>", key, re.DOTALL)
    for section, answer, item in zip(sections, answers, paper.items, strict=True):
        question = item.question
        for paragraph in question.prompt.split("\n\n"):
            holds(section, paragraph)
        if source(question):
            holds_code(section, source(question))
        at = len(squeezed(plain(question.prompt)))
        for part in arrange(
            question, paper.seed
        ):  # one text may be a part of another: each is looked for behind the last
            text = squeezed(plain(parts(question)[part]))
            at = seen(section).index(text, at) + len(text)
        assert squeezed(plain(question.check)) not in seen(section) or paper.id == "nasty"
        holds(answer, *question.solution, question.answer, question.check, *question.mistakes)
        holds(answer, *(reason.why for reason in reasons(question)))
    assert "http" not in files["paper.html"] or paper.id == "nasty"
    assert f"seed {paper.seed}" in files["paper.html"]


@EACH_PAPER
def test_the_key_is_a_table(name: str) -> None:
    """Each version has a line with its key: letters of the paper with this seed, a number, an output."""
    paper = PAPERS[name]
    rows = list(csv.DictReader(io.StringIO(exported(name, "key").files["key.csv"].decode())))
    for row, (item, question) in zip(rows, asked(paper), strict=True):
        assert row["id"] == item.name
        assert row["version"] == ("" if question.version is None else str(question.version))
        assert float(row["points"]) == item.points
        if isinstance(question, Choice | ChooseAll):
            order = arrange(question, paper.seed)
            chosen = ["abcdefghij".index(letter) for letter in row["key"].split()]
            assert {order[place] for place in chosen} == {
                part for part, option in enumerate(question.options) if option.right
            }
        elif isinstance(question, Number):
            assert float(row["key"].lstrip("'")) == question.value
        elif isinstance(question, Order):
            order = arrange(question, paper.seed)
            assert [order["abcdefghij".index(letter)] for letter in row["key"].split()] == list(
                range(len(question.steps))
            )


def test_the_templates_are_packaged() -> None:
    """A wheel holds the templates of paper and key beside their module."""
    files = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {f"poolschool/teaching/exports/{name}.html.j2" for name in ("printed", "paper", "key")} <= files


@EACH_PAPER
def test_the_key_is_right(name: str) -> None:
    """What stands in the key counts as right when it is typed: no number is rounded, no letter another one's."""
    paper = PAPERS[name]
    rows = list(csv.DictReader(io.StringIO(exported(name, "key").files["key.csv"].decode())))
    for row, (_, question) in zip(rows, asked(paper), strict=True):
        order = arrange(question, paper.seed)
        letters = [order["abcdefghij".index(letter)] for letter in row["key"].split()] if order else []
        typed = (
            letters if len(letters) > 1 or isinstance(question, ChooseAll) else letters[0] if letters else row["key"]
        )
        assert mark(question, typed.removeprefix("'") if isinstance(typed, str) else typed).right, question.uid
