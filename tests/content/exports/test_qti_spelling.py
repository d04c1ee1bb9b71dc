"""What Canvas reads is spelt as text2qti spells it."""

import io
import re
import warnings
import xml.etree.ElementTree as ElementTree
import zipfile
from typing import Any

import pytest
from canvas_importer import metadata, parse_assessment
from export_papers import exported

ORACLE = """\
Quiz title: Oracle

1.  Choose one.
... General.
a)  Wrong
... Because.
*b) Right
... Yes.

2.  Choose all.
[*] Right
[ ] Wrong

3.  A number.
=   15 +- 1

4.  A word.
*   five
*   six
"""


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("multiple_choice_question", "why_pooling.purpose"),
        ("multiple_answers_question", "leaks.still_holding"),
        ("numerical_question", "leaks.first_failing_call"),
        ("short_answer_question", "why_pooling.ten_loans"),
    ],
)
def test_qti_is_spelt_as_text2qti_spells_it(kind: str, name: str) -> None:
    """An item of each kind has the metadata fields, the kinds of response and the conditions that text2qti's has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from text2qti.config import Config
        from text2qti.qti import QTI
        from text2qti.quiz import Quiz as Oracle

        theirs_text = QTI(Oracle(ORACLE, config=Config())).assessment
    theirs = ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", theirs_text, count=1))
    (their_item,) = [item for item in theirs.iter("item") if metadata(item)["question_type"] == kind]
    with zipfile.ZipFile(io.BytesIO(exported("course", "qti").files["qti.zip"])) as archive:
        (place,) = [it for it in archive.namelist() if it.count("/") and not it.endswith("meta.xml")]
        ours_root = parse_assessment(archive.read(place).decode())
    ours = next(item for item in ours_root.iter("item") if item.get("title") == name)
    assert metadata(ours)["question_type"] == kind
    assert set(metadata(their_item)) <= set(metadata(ours))

    def shape(item: ElementTree.Element) -> dict[str, Any]:
        response = next(it for it in item.find("presentation") or [] if it.tag.startswith("response"))
        scoring = next(it for it in item.findall("resprocessing/respcondition") if it.find("setvar") is not None)
        fib = response.find("render_fib")
        return {
            "response": (response.tag, response.attrib, None if fib is None else fib.attrib),
            "outcome": item.find("resprocessing/outcomes/decvar").attrib,  # type: ignore[union-attr]
            "condition": {it.tag for it in scoring.find("conditionvar").iter()},  # type: ignore[union-attr]
            "set": [(it.attrib, it.text) for it in scoring.findall("setvar")],
            "continue": scoring.get("continue"),
        }

    assert shape(ours) == shape(their_item)
