"""What Moodle does with a file of ours: a model of its XML reader and of the question types that mark.

Each rule has its source: Moodle 4.5.6 installed and asked (2026-11-27), and its files
    lib/xmlize.php                           texts are read with XML_OPTION_SKIP_WHITE
    question/format/xml/format.php           getpath(istext): texts are trimmed
    question/type/ordering/questiontype.php  import_from_xml: without shownumcorrect it fills in hints without text
    question/type/shortanswer/question.php   compare_string_with_wildcard
    question/type/numerical/questiontype.php apply_units; question.php get_tolerance_interval
"""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_BETWEEN_ENTITIES = re.compile(r"(&#?\w+;)\s+(?=&#?\w+;)")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?", re.ASCII)


class ImportStoppedError(Exception):
    """The whole import ends with "Error writing to database"."""


@dataclass(frozen=True)
class Answer:
    """An answer with its share of the points, 1 for all of them."""

    text: str
    share: float
    tolerance: float = 0.0


@dataclass(frozen=True)
class MoodleQuestion:
    """A question in the bank, as it marks."""

    type: str
    single: bool
    case_matters: bool
    answers: tuple[Answer, ...]

    def share(self, response: object) -> float | None:
        """Mark a response: places of options, a typed text, or places in the order given; None if Moodle refuses it."""
        match self.type, response:
            case "multichoice", list():
                return max(0.0, sum(self.answers[place].share for place in response))
            case "ordering", list():
                return float(response == list(range(len(self.answers))))
            case "shortanswer", str():
                return self._typed(response) if response.strip() else None
            case "numerical", str():
                return self._number(response)
        raise AssertionError(self.type)

    def _typed(self, response: str) -> float:
        return next((it.share for it in self.answers if matches(response, it.text, case_matters=self.case_matters)), 0)

    def _number(self, response: str) -> float | None:
        value = read_number(response)
        if value is None:
            return None
        for answer in self.answers:
            right = float(answer.text)
            around = answer.tolerance + 1e-14 * max(1.0, abs(right))
            if right - around <= value <= right + around:
                return answer.share
        return 0.0


def matches(response: str, pattern: str, *, case_matters: bool) -> bool:
    """Compare a short answer: `*` stands for anything unless escaped, blanks at the ends do not count."""
    response, pattern = (unicodedata.normalize("NFC", text) for text in (response, pattern))
    pieces = [re.escape(piece.replace("\\*", "*")) for piece in re.split(r"(?<!\\)\*+", pattern)]
    return bool(re.fullmatch(".*".join(pieces), response.strip(), 0 if case_matters else re.IGNORECASE))


def read_number(response: str) -> float | None:
    """Read a number on an English site; None if it is not complete: no number, or one with a unit after it."""
    text = re.sub(r"(?:e|E|(?:x|\*|×)10(?:\^|\*\*))([+-]?\d+)", r"e\1", response.strip().replace(" ", ""))
    text = text.replace(",", "")  # of one comma without a point as well: it is the site's sign between thousands
    number = _NUMBER.match(text)
    return float(number[0]) if number and number.end() == len(text) else None


def read_xml(content: bytes) -> dict[str, tuple[MoodleQuestion, Element]]:
    """Import a file: questions by ID number, each with its element as Moodle reads it. Raises ImportStoppedError."""
    root = ElementTree.fromstring(skip_white(content.decode()))
    return {
        element.findtext("idnumber") or "": (_question(element), element)
        for element in root
        if element.get("type") != "category"
    }


def skip_white(xml: str) -> str:
    """Drop blanks that stand by themselves between two entities; a CDATA section is one piece."""
    pieces = _CDATA.split(xml)
    return "".join(piece if place % 2 else _BETWEEN_ENTITIES.sub(r"\1", piece) for place, piece in enumerate(pieces))


def _question(element: Element) -> MoodleQuestion:
    kind = element.get("type", "")
    if kind == "ordering" and element.find("shownumcorrect") is None:
        raise ImportStoppedError(element.findtext("idnumber"))
    answers = tuple(
        Answer(
            (answer.findtext("text") or "").strip(),
            1.0 if kind == "ordering" else float(answer.get("fraction", "0")) / 100,
            float(answer.findtext("tolerance") or 0),
        )
        for answer in element.findall("answer")
    )
    return MoodleQuestion(kind, element.findtext("single") == "true", element.findtext("usecase") == "1", answers)
