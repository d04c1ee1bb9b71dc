"""Mark an answer: what is right, what is not, and which part of the question says why.

Pure; knows neither page nor terminal. docs/assets/quiz/marking.js does the same in the page; one table of cases
(tests/tooling/marking_cases.json) holds the two together.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeGuard

from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, output_lines

Answer = int | Collection[int] | str

# What JavaScript takes for a blank; Python's own idea of it is another one, and both have to mark alike.
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NUMERAL = re.compile(
    rf"(?P<numeral>[-+−]?[0-9.,](?:[0-9.,_'’{_BLANKS}]*[0-9])?(?:[eE][-+]?[0-9]+)?)[{_BLANKS}]*(?P<unit>[^{_BLANKS}0-9].*)?",
    re.DOTALL,
)
_DECIMAL = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[_'’{_BLANKS}][0-9]{{3}})+(?=\Z|[.,eE])")
_LONGEST = 60  # characters of a number with its unit; more is not one


@dataclass(frozen=True)
class Remark:
    """A word about a part of the question.

    `part` is an index in the file's order: of an option ("right", "wrong", "missing"), of a known wrong answer
    ("known"), of a step ("place"); None for a "note". `text` is plain and may be empty: the part's own `why` says it.
    """

    kind: Literal["right", "wrong", "missing", "known", "place", "note"]
    part: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Marking:
    """A verdict with its remarks. An answer that cannot be read is not `counted`: it is no attempt."""

    right: bool
    remarks: tuple[Remark, ...] = ()
    counted: bool = True


def mark(question: Question, answer: Answer) -> Marking:
    """Mark an answer.

    choice: the option's index; choose_all: the options' indexes; number and output: the text as typed; order: the
    steps' indexes in the order given. All indexes are those of the file.
    """
    if isinstance(question, Choice):
        return _mark_choice(question, answer if _is_index(answer) else -1)
    if isinstance(question, ChooseAll):
        return _mark_choose_all(question, set(_indexes(answer) or ()))
    if isinstance(question, Number) and isinstance(answer, str):
        return _mark_number(question, answer)
    if isinstance(question, Output) and isinstance(answer, str):
        return _mark_output(question, answer)
    if isinstance(question, Order) and (order := _indexes(answer)) is not None:
        return _mark_order(question, order)
    return _unread("Answer the question first.")


def _is_index(answer: object) -> TypeGuard[int]:
    return isinstance(answer, int) and not isinstance(answer, bool)


def _indexes(answer: object) -> list[int] | None:
    """Give the indexes of an answer that is several; what is no index becomes one that no part has. None for anything else."""
    if not isinstance(answer, list | tuple | set | frozenset):
        return None
    return [part if _is_index(part) else -1 for part in answer]


def _unread(text: str) -> Marking:
    return Marking(right=False, remarks=(Remark("note", None, text),), counted=False)


def _mark_choice(question: Choice, chosen: int) -> Marking:
    if not 0 <= chosen < len(question.options):
        return _unread("Choose one of the options first.")
    right = question.options[chosen].right
    return Marking(right, (Remark("right" if right else "wrong", chosen),))


def _mark_choose_all(question: ChooseAll, chosen: set[int]) -> Marking:
    if not chosen or not chosen <= set(range(len(question.options))):
        return _unread("Choose at least one of the options first.")
    remarks = []
    for index, option in enumerate(question.options):
        if index in chosen:
            remarks.append(Remark("right" if option.right else "wrong", index))
        elif option.right:
            remarks.append(Remark("missing", index))
    return Marking(all(remark.kind == "right" for remark in remarks), tuple(remarks))


def _mark_number(question: Number, typed: str) -> Marking:
    if not typed.strip(_BLANKS):
        return _unread("Type a number first.")
    number = read_number(typed)
    if number is None:
        return _unread("This is not a number that can be read. Type it like 20, 0.5 or 1904.")
    numeral, unit = number
    if unit and not question.unit:
        return _unread("Type the number alone, without a word after it.")
    if unit and _singular(unit) != _singular(question.unit):
        return _unread(f"The answer is asked for in {question.unit}. Type the number alone.")
    given = float(numeral)
    if _within(given, question.value, question.tolerance):
        return Marking(right=True)
    remarks = [Remark("note", None, f"Your answer was read as {numeral}.")]
    for index, wrong in enumerate(question.wrong):
        if _within(given, wrong.value, 0):
            return Marking(False, (*remarks, Remark("known", index)))
    return Marking(False, tuple(remarks))


def read_number(typed: str) -> tuple[str, str] | None:
    """Take a typed number apart into a plain numeral and the unit after it; None if it is not a number.

    Blanks, _ and ' may group thousands. Of points and commas the last kind is the decimal sign if both occur. Alone, a
    point is the decimal sign; a comma is too, unless exactly three digits follow up to three that do not begin with 0
    (1,904 is one thousand nine hundred and four; 0,5 and 0,904 are less than one). Repeated, either groups thousands.
    """
    text = typed.strip(_BLANKS)
    parsed = _NUMERAL.fullmatch(text) if len(text) <= _LONGEST else None
    if parsed is None:
        return None
    numeral = parsed["numeral"].replace("−", "-")
    sign, digits = ("-" if numeral.startswith("-") else ""), numeral.lstrip("+-")
    if grouped := _GROUPED.match(digits):
        digits = re.sub(rf"[_'’{_BLANKS}]", "", grouped[0]) + digits[grouped.end() :]
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[0-9]*,[0-9]+(?:[eE][-+]?[0-9]+)?", digits):
        digits = digits.replace(",", ".")
    if not _DECIMAL.fullmatch(digits) or not math.isfinite(float(digits)):
        return None
    return sign + ("0" if digits.startswith(".") else "") + digits, (parsed["unit"] or "").strip(_BLANKS).rstrip(".")


def _singular(unit: str) -> str:
    return unit.lower().removesuffix("s")


def _within(given: float, value: float, tolerance: float) -> bool:
    """Compare with a tolerance, and forgive what binary fractions add: 0.4 is within 0.1 of 0.3."""
    return abs(given - value) <= tolerance + 1e-9 * max(1.0, abs(value))


def _mark_output(question: Output, typed: str) -> Marking:
    given, expected = output_lines(typed), output_lines(question.prints)
    if not given:
        return _unread("Type what the program prints first.")
    if given == expected:
        return Marking(right=True)
    for index, wrong in enumerate(question.wrong):
        if given == output_lines(wrong.prints):
            return Marking(False, (Remark("known", index),))
    for number, (line, expected_line) in enumerate(zip(given, expected, strict=False), start=1):
        if line != expected_line:
            return Marking(False, (Remark("note", None, f"Line {number} is the first that differs."),))
    more_or_fewer = "more" if len(given) < len(expected) else "fewer"
    return Marking(False, (Remark("note", None, f"So far so good, but the program prints {more_or_fewer} lines."),))


def _mark_order(question: Order, order: list[int]) -> Marking:
    if sorted(order) != list(range(len(question.steps))):
        return _unread("Give every step exactly once.")
    for position, part in enumerate(order):
        if part != position:
            return Marking(False, (Remark("place", part, f"Step {position + 1} is the first out of place."),))
    return Marking(right=True)
