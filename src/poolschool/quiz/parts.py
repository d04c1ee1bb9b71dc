"""The parts of a question that are shown in an order: options, or steps."""

from poolschool.quiz.questions import Choice, ChooseAll, Order, Question
from poolschool.quiz.shuffle import out_of_order, shuffle


def parts(question: Question) -> list[str]:
    """Give the texts of options or steps, in the file's order; nothing for a question that has none."""
    if isinstance(question, Choice | ChooseAll):
        return [option.text for option in question.options]
    return [step.text for step in question.steps] if isinstance(question, Order) else []


def arrange(question: Question, seed: int) -> list[int]:
    """Give the indexes of options or steps in the order in which they are shown."""
    if isinstance(question, Order):
        return out_of_order(len(question.steps), seed, question.uid)
    return shuffle(len(parts(question)), seed, question.uid)
