"""The output of a program as an LMS takes it: in one line, with a sign between what were lines."""

from collections.abc import Callable

from poolschool.quiz.questions import Output, output_lines

# Tried in this order; the later ones are copied from the question rather than typed.
SEPARATORS = ("|", "/", ";", "¦", "⏎", "¶", "§", "†", "‡")


def separator(question: Output) -> str:
    """Give a sign that no line of the question's outputs holds. Raises ValueError if each of SEPARATORS stands in one."""
    texts = [question.prints, *(wrong.prints for wrong in question.wrong)]
    free = (sign for sign in SEPARATORS if not any(sign in text for text in texts))
    if (sign := next(free, "")) == "":
        raise ValueError(f"{question.name}: every sign that could stand between lines stands in one of them.")
    return sign


def one_line(question: Output, prints: str) -> str:
    """Write an output as it is typed into a single line; blanks within its lines stay as they are."""
    return f" {separator(question)} ".join(output_lines(prints))


def right_lines(question: Output) -> list[str]:
    """Give every way to type the right output that counts: with blanks beside the sign between lines or without.

    No blank within a line is ever left out: `-5 0` is not `-50`.
    """
    sign = separator(question)
    lines = output_lines(question.prints)
    return list(dict.fromkeys(joint.join(lines) for joint in (f" {sign} ", sign, f"{sign} ", f" {sign}")))


def taken_for_right(question: Output, key: Callable[[str], str]) -> list[str]:
    """Give the known wrong outputs that an LMS takes for the right one; `key` is what it compares of a line."""
    right = {key(line) for line in right_lines(question)}
    return [wrong.prints for wrong in question.wrong if key(one_line(question, wrong.prints)) in right]
