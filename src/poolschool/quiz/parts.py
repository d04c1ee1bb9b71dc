"""What a question consists of, whatever shows it: its source, its options or steps in their order, and its reasons.

Question ── source    the code that it shows, or the program whose output it asks for
         ├─ parts     options or steps, in the file's order; arrange(question, seed) gives the order in which they are shown
         └─ reasons   why each option, step or known wrong answer is right, wrong, or stands where it stands

Renderers (page, terminal, exports) add markup only. Indexes are the file's own, as those of remarks of `marking` are.
"""

from typing import NamedTuple

from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, decimal
from poolschool.quiz.shuffle import out_of_order, permutation


class Reason(NamedTuple):
    """Why a part of a question is what it is.

    `about` is the part: Markdown of an option or a step, a number as people write it, an output as it is printed.
    `right` is None for a step; `why` is Markdown; `belief` is the id of what misleads to a wrong answer, "" if nothing does.
    """

    about: str
    right: bool | None
    why: str
    belief: str = ""


def source(question: Question) -> str:
    """Give the program whose output is asked for, or the code that the question shows; "" if it shows none."""
    return question.program if isinstance(question, Output) else question.code


def unit(question: Question) -> str:
    """Give the unit of a number; "" if there is none."""
    return question.unit if isinstance(question, Number) else ""


def parts(question: Question) -> list[str]:
    """Give the texts of options or steps, in the file's order; nothing for a question that has none."""
    return [reason.about for reason in reasons(question)] if isinstance(question, Choice | ChooseAll | Order) else []


def arrange(question: Question, seed: int) -> list[int]:
    """Give the indexes of options or steps in the order in which they are shown."""
    if isinstance(question, Order):
        return out_of_order(len(question.steps), seed, question.uid)
    return permutation(len(parts(question)), seed, question.uid)


def reasons(question: Question) -> list[Reason]:
    """Give the reasons of options or steps, or of the wrong numbers or outputs that people often give."""
    match question:
        case Choice() | ChooseAll():
            return [Reason(option.text, option.right, option.why, option.belief) for option in question.options]
        case Number():
            return [Reason(decimal(wrong.value), False, wrong.why, wrong.belief) for wrong in question.wrong]
        case Output():
            return [Reason(wrong.prints, False, wrong.why, wrong.belief) for wrong in question.wrong]
        case Order():
            return [Reason(step.text, None, step.why) for step in question.steps]


def right_parts(question: Question) -> list[int]:
    """Give the indexes of the right options, or of the steps in their right order."""
    return (
        [index for index, reason in enumerate(reasons(question)) if reason.right is not False]
        if parts(question)
        else []
    )


def beliefs_of(question: Question) -> list[str]:
    """Give the ids of the beliefs behind wrong answers, each once."""
    return list(dict.fromkeys(reason.belief for reason in reasons(question) if reason.belief))
