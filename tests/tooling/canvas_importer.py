"""What Canvas does with a file of ours: a model of its QTI reader and of the question types that mark.

Each rule has its source in canvas-lms:
    gems/plugins/qti_exporter/lib/qti/extended_text_interaction.rb  every varequal of a short answer gets weight 100
    gems/plugins/qti_exporter/lib/qti/associate_interaction.rb      the first run of digits of an ident is a match's id
    gems/plugins/qti_exporter/lib/qti/numeric_interaction.rb        an exact answer with a margin
    gems/plugins/qti_exporter/lib/qti/choice_interaction.rb         what a condition that scores names is right
    app/models/quizzes/quiz_question/*.rb                           how each type marks
"""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

_DIGITS = re.compile(r"\d+", re.ASCII)
_LEADING_NUMBER = re.compile(r"\s*([+-]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)


@dataclass(frozen=True)
class CanvasQuestion:
    """A question in the bank, as it marks. Places are those of options or steps in the file's order of idents."""

    type: str
    right: tuple[str, ...] = ()
    idents: tuple[str, ...] = ()
    matches: tuple[tuple[int, int], ...] = ()
    exact: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)

    def share(self, response: object) -> float | None:
        """Mark a response: places of options, a typed text, or places in the order given; None if nothing is given."""
        match self.type, response:
            case "multiple_choice_question", [place]:
                return float(self.idents[place] in self.right)
            case "multiple_answers_question", list():
                chosen = {self.idents[place] for place in response}
                hits = len(chosen & set(self.right)) - len(chosen - set(self.right))
                return max(0.0, hits / len(self.right))
            case "matching_question", list():
                ids = [match_id(self.idents[place]) for place in response]
                return sum(given == right for given, (_, right) in zip(ids, self.matches, strict=True)) / len(ids)
            case "short_answer_question", str():
                typed = response.strip().lower()
                return float(typed in {text.strip().lower() for text in self.right}) if typed else None
            case "numerical_question", str():
                number = _LEADING_NUMBER.match(response)
                given = Decimal(number[1].replace("_", "")) if number else Decimal(0)
                return float(abs(given - self.exact) <= self.margin) if response.strip() else None
        raise AssertionError((self.type, response))


def match_id(ident: str) -> int:
    """Read a matching's identifier; Canvas draws a number where there is no digit."""
    digits = _DIGITS.search(ident)
    assert digits, f"{ident}: Canvas would draw a number"
    return int(digits[0])


def read_items(root: Element) -> dict[str, CanvasQuestion]:
    """Import an assessment: questions by title."""
    return {item.get("title", ""): _question(item) for item in root.iter("item")}


def parse_assessment(content: str) -> Element:
    """Read an assessment without its namespace."""
    return ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", content, count=1))


def metadata(item: Element) -> dict[str, str]:
    """Give the fields of an item's metadata."""
    fields = item.findall("itemmetadata/qtimetadata/qtimetadatafield")
    return {field.findtext("fieldlabel") or "": field.findtext("fieldentry") or "" for field in fields}


def _question(item: Element) -> CanvasQuestion:
    kind = metadata(item)["question_type"]
    conditions = item.findall("resprocessing/respcondition")
    scoring = [condition for condition in conditions if condition.find("setvar") is not None]
    labels = item.findall("presentation/response_lid[1]/render_choice/response_label")
    idents = tuple(label.get("ident", "") for label in labels)
    match kind:
        case "multiple_choice_question" | "multiple_answers_question":
            inside = next(scoring[0].iter("conditionvar"))
            named = [*inside.findall("varequal"), *inside.findall("and/varequal")]
            return CanvasQuestion(kind, tuple(it.text or "" for it in named), idents)
        case "short_answer_question":
            every = [it.text or "" for condition in conditions for it in condition.iter("varequal")]
            return CanvasQuestion(kind, tuple(every))
        case "numerical_question":
            either = scoring[0].find("conditionvar/or")
            assert either is not None
            exact = Decimal(either.findtext("varequal") or "")
            return CanvasQuestion(kind, exact=exact, margin=Decimal(either.findtext("and/varlte") or "") - exact)
        case _:
            return CanvasQuestion(kind, idents=idents, matches=_matches(item, scoring))


def _matches(item: Element, scoring: list[Element]) -> tuple[tuple[int, int], ...]:
    """Give each place with the id that is right there; of two conditions for a place the last one counts."""
    right: dict[str, int] = {}
    for condition in scoring:
        equal = condition.find("conditionvar/varequal")
        assert equal is not None
        right[equal.get("respident", "")] = match_id(equal.text or "")
    places = [response.get("ident", "") for response in item.findall("presentation/response_lid")]
    return tuple((number, right[place]) for number, place in enumerate(places))
