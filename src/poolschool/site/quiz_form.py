"""What a reader answers with: native controls, one form per question, usable with the keyboard alone."""

from html import escape

from poolschool.quiz.parts import arrange, parts, unit
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import phrase, plain

_ASKED = {
    "choice": "Choose one.",
    "choose_all": "Choose all that apply.",
    "number": "Give a number.",
    "output": "Type what it prints.",
    "order": "Put the steps in order.",
}


def question_form(question: Question, name: str, seed: int, number: int) -> str:
    """Render the form of a question; `name` is the id that everything in it begins with, `number` its place in the quiz.

    `method=dialog` outside of a dialog sends nothing anywhere: Enter is harmless before the script has loaded.
    """
    controls = _controls(question, name, seed)
    # The row of buttons is there from the start, without effect on the layout when the script arrives.
    return (
        f'<form class="quiz-form" method="dialog" novalidate autocomplete="off">'
        f'<fieldset aria-describedby="{name}-prompt"><legend>{_ASKED[question.type]}</legend>{controls}</fieldset>'
        f'<div class="quiz-submit"><button type="submit" class="quiz-button quiz-button--main" aria-label="Submit question {number}">Submit</button>'
        f'<button type="button" class="quiz-button" data-do="solution" aria-label="Show the solution of question {number}" hidden>Show the solution</button>'
        "</div></form>"
        '<div class="quiz-feedback" role="status"></div>'
    )


def _controls(question: Question, name: str, seed: int) -> str:
    texts = parts(question)
    match question:
        case Choice() | ChooseAll():
            kind = "radio" if isinstance(question, Choice) else "checkbox"
            return "".join(
                f'<label class="quiz-option" data-part="{part}"><input type="{kind}" name="{name}" value="{part}">'
                f"<span>{phrase(texts[part])}</span>"
                '<span class="quiz-icon" aria-hidden="true"></span></label>'
                for part in arrange(question, seed)
            )
        case Number():
            after = f' <span class="quiz-unit">{escape(unit(question))}</span>' if unit(question) else ""
            return (
                f'<label class="quiz-line">Your answer <input type="text" name="{name}" inputmode="decimal" '
                f'autocomplete="off" size="12">{after}</label>'
            )
        case Output():
            return (
                f'<label class="quiz-line">The output <textarea name="{name}" rows="4" autocomplete="off" '
                'autocapitalize="off" autocorrect="off" spellcheck="false"></textarea></label>'
            )
        case Order():
            items = "".join(_step(part, texts[part]) for part in arrange(question, seed))
            return f'<ol class="quiz-steps">{items}</ol><p class="quiz-unseen quiz-moved" role="status"></p>'


def _step(part: int, text: str) -> str:
    named = escape(plain(text))
    buttons = "".join(
        f'<button type="button" class="quiz-move" data-move="{by}" aria-label="{word}: {named}">{sign}</button>'
        for by, word, sign in ((-1, "Move up", "↑"), (1, "Move down", "↓"))
    )
    return (
        f'<li data-part="{part}"><span class="quiz-step">{phrase(text)}</span> '
        f'<span class="quiz-moves">{buttons}</span><span class="quiz-icon" aria-hidden="true"></span></li>'
    )
