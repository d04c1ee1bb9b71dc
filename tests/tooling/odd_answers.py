"""Answers that people type, right ones and wrong ones, as the course marks them and as they reach an LMS."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from poolschool.quiz.marking import Answer
from poolschool.quiz.parts import parts, right_parts
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, output_lines
from poolschool.teaching.exports.output_line import one_line, separator

PLAIN_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*", re.ASCII)


class OddAnswer(NamedTuple):
    """The same answer here and there: `typed` as `marking.mark` takes it, `sent` as an LMS gets it (parts or a text)."""

    typed: Answer
    sent: list[int] | str


def odd_answers(question: Question) -> Iterator[OddAnswer]:
    """Give about twenty answers to a question, more where there are more ways to choose."""
    match question:
        case Choice():
            yield from (OddAnswer(part, [part]) for part in range(len(question.options)))
        case ChooseAll():
            everything = range(len(question.options))
            for count in range(1, len(everything) + 1):
                yield from (OddAnswer(list(some), list(some)) for some in combinations(everything, count))
        case Number():
            yield from (OddAnswer(text, text) for text in dict.fromkeys(numbers(question)))
        case Output():
            yield from outputs(question)
        case Order():
            yield from (OddAnswer(order, order) for order in orders(question))


def numbers(question: Number) -> Iterator[str]:
    """Give the right number in many spellings, its neighbours, and what is no number."""
    value = f"{question.value:.12g}"
    yield from (value, f"  {value} ", f"+{value}", f"00{value}", f"{question.value:.2f}", f"{question.value:e}")
    yield from (
        f"{question.value:.1f}".replace(".", ","),
        f"{question.value:,.0f}",
        f"{question.value:,.0f}".replace(",", " "),
    )
    yield from (
        f"{value} {question.unit or 'things'}",
        f"{value}.",
        f"−{value}",
        f"-{value}",
        f"{value} or so",
        f"about {value}",
    )
    yield from (f"{float(value) + question.tolerance:.12g}", f"{float(value) - question.tolerance:.12g}")
    yield from (f"{float(value) + question.tolerance + 1:.12g}", f"{float(value) - question.tolerance - 0.5:.12g}")
    yield from (f"{wrong.value:.12g}" for wrong in question.wrong)
    yield from (
        "",
        " ",
        "nan",
        "1e999",
        "0x14",
        value.translate({48 + n: 0xFF10 + n for n in range(10)}),
        f"{value}{value}",
    )


def outputs(question: Output) -> Iterator[OddAnswer]:
    """Give the right output with its blanks, capitals and lines changed, and the known wrong ones."""
    lines = output_lines(question.prints)
    changed = [
        lines,
        [line.lower() for line in lines],
        [line.upper() for line in lines],
        [line.swapcase() for line in lines],
        [f"{line}  " for line in lines],
        [f"  {line}" for line in lines],
        [line.replace(" ", "  ") for line in lines],
        [line.replace(" ", "") for line in lines],
        [re.sub(r"(?<=\S)(?=\S)", " ", line) for line in lines],
        [line.replace(" ", "\u00a0") for line in lines],
        lines[::-1],
        [*lines, "None"],
        lines[:-1],
        [*lines, *lines],
        [f"'{line}'" for line in lines],
        [f"{line}." for line in lines],
        ["".join(lines)],
        [" ".join(lines)],
        ["*"],
        ["", *lines, ""],
        *(output_lines(wrong.prints) for wrong in question.wrong),
    ]
    sign = separator(question)
    for some in changed:
        for joint in (f" {sign} ", sign):
            yield OddAnswer("\n".join(some), joint.join(some))
    yield OddAnswer(one_line(question, question.prints), "\n".join(lines))


def orders(question: Order) -> Iterator[list[int]]:
    """Give the right order, its neighbours, turns and reverse."""
    right = right_parts(question)
    yield right
    yield right[::-1]
    for place in range(len(parts(question)) - 1):
        yield [*right[:place], right[place + 1], right[place], *right[place + 2 :]]
        yield [*right[place + 1 :], *right[: place + 1]]
