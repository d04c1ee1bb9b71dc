"""What an LMS does otherwise than the course, in one sentence each, with the names of the questions that it concerns."""

from collections.abc import Callable, Iterator

from poolschool.quiz.paper import Paper
from poolschool.quiz.questions import ChooseAll, Number, Order, Output, output_lines
from poolschool.teaching.exports.output_line import taken_for_right

PARTS = "Some of the right options give some of the points, a wrong one takes {takes}"
PLACES = "Steps are matched to their places, and each place counts by itself"


def names_of(paper: Paper, *kinds: type) -> str:
    """List the questions of these types; "" if there is none."""
    return ", ".join(item.name for item in paper.items if isinstance(item.question, kinds))


def about(paper: Paper, sentence: str, *kinds: type) -> Iterator[str]:
    """Yield a sentence with the names of the questions of these types; nothing if there is none."""
    if names := names_of(paper, *kinds):
        yield f"{sentence}: {names}."


def part_points(paper: Paper, takes: str) -> Iterator[str]:
    """Say that a choose-all question gives part of the points; `takes` is what a wrong option takes away."""
    return about(paper, PARTS.format(takes=takes), ChooseAll)


def places_count(paper: Paper) -> Iterator[str]:
    """Say that an order is marked place by place."""
    return about(paper, PLACES, Order)


def numbers_are_read(paper: Paper, how: str) -> Iterator[str]:
    """Say how numbers are read: only digits, a sign and a decimal point mean the same everywhere."""
    digits = "Only digits with a decimal point, such as 1904 or -0.5, are read as here"
    return about(paper, f"{digits}; {how}", Number)


def outputs_are_compared(paper: Paper, key: Callable[[str], str], how: str) -> Iterator[str]:
    """Say how a typed output is compared; `key` gives what the LMS compares of a line, `how` says so in words."""
    yield from about(paper, f"Outputs are compared {how}", Output)
    outputs = [(item.name, it) for item in paper.items for it in item.versions if isinstance(it, Output)]
    if several := dict.fromkeys(name for name, it in outputs if len(output_lines(it.prints)) > 1):
        yield (
            "Several lines are typed as one, with a blank beside each sign between them or beside none; "
            f"a line's end is not taken: {', '.join(several)}."
        )
    if doubled := dict.fromkeys(name for name, it in outputs if "  " in it.prints.strip()):
        yield f"Doubled blanks must be typed, though a browser shows them as one: {', '.join(doubled)}."
    if wrong := dict.fromkeys(name for name, it in outputs if taken_for_right(it, key)):
        yield f"A known wrong output counts as right, since it is compared so: {', '.join(wrong)}."
