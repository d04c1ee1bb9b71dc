"""What every export has in common: files, what a format cannot carry, and HTML that an LMS keeps as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import ascii_lowercase

from poolschool.course.files import write_whole
from poolschool.quiz.paper import Item, Paper
from poolschool.quiz.parts import Reason, arrange, beliefs_of, parts, reasons, right_parts, source
from poolschool.quiz.questions import Choice, ChooseAll, Number, Output, Question, decimal, output_lines
from poolschool.quiz.text import blocks, phrase
from poolschool.teaching.exports.output_line import one_line, separator

# LMSs drop classes and styles of their own choice; what is left of these still reads as code.
_PRE = '<pre style="background:#f4f4f4;padding:8px;overflow-x:auto"><code>'


@dataclass(frozen=True)
class Export:
    """Files by name, and what the format does not carry: one sentence each, with the questions' names."""

    files: Mapping[str, bytes]
    losses: tuple[str, ...] = ()

    def write(self, folder: Path) -> list[Path]:
        """Write the files; give their places. Raises UserMistake if that is not possible."""
        for name, content in self.files.items():
            write_whole(folder / name, content)
        return [folder / name for name in self.files]


def stem_html(question: Question) -> str:
    """Render what is asked: the prompt, code or program, and how to type an answer where that needs saying."""
    code = source(question)
    shown = f"{_PRE}{escape(code)}</code></pre>" if code else ""
    return blocks(question.prompt) + shown + _how(question)


def _how(question: Question) -> str:
    match question:
        case Number():
            in_unit = f" (in {escape(question.unit)})" if question.unit else ""
            return f"<p>Give the number alone{in_unit}, in digits and with a decimal point: 1904 or 0.5.</p>"
        case Output() if len(output_lines(question.prints)) > 1:
            between = f"<code>{separator(question)}</code> between them"
            return f"<p>Type the lines of the output as one line, with {between}, and blanks as they are printed.</p>"
        case ChooseAll():
            return "<p>Choose all that apply.</p>"
        case _:
            return ""


def feedback_html(paper: Paper, why: str, belief: str = "") -> str:
    """Render why an answer is right or wrong, the truth behind a belief, and a link to the lesson if the site is known."""
    truth, address = paper.explain_belief(belief)
    html = blocks(why) + (blocks(truth) if truth else "")
    return html + (f'<p><a href="{escape(address)}">Where the lesson shows it</a></p>' if address else "")


def solution_html(paper: Paper, question: Question, *, reasons: bool = False) -> str:
    """Render the worked solution; with `reasons` also those parts' that the format has no other place for."""
    steps = "".join(f"<li>{phrase(step)}</li>" for step in question.solution)
    prints = f"{_PRE}{escape(question.prints)}</code></pre>" if isinstance(question, Output) else ""
    mistakes = "".join(f"<li>{phrase(mistake)}</li>" for mistake in question.mistakes)
    return (
        f"<p><strong>Worked solution</strong></p><ol>{steps}</ol>"
        f"<p><strong>Final answer:</strong> {phrase(question.answer)}</p>{prints}"
        f"<p><strong>Quick check:</strong> {phrase(question.check)}</p>"
        f"<p><strong>Common mistakes:</strong></p><ul>{mistakes}</ul>" + (_reasons(paper, question) if reasons else "")
    )


def _reasons(paper: Paper, question: Question) -> str:
    items = "".join(
        f"<li>{_about(question, reason)}: {feedback_html(paper, reason.why, reason.belief)}</li>"
        for reason in reasons(question)
    )
    return f"<ul>{items}</ul>" if items else ""


def _about(question: Question, reason: Reason) -> str:
    match question:
        case Number():
            return reason.about
        case Output():
            return f"<code>{escape(one_line(question, reason.about))}</code>"
        case _:
            return phrase(reason.about)


def share_of(right: int) -> str:
    """Give the share of each of so many right options, in percent, as Moodle and GIFT round it."""
    return f"{100 / right:.5f}".rstrip("0").rstrip(".")


def category_of(paper: Paper, item: Item) -> str:
    """Name the category in which Moodle keeps an item: versions of one question have their own."""
    return f"$course$/top/{paper.title.replace('/', '//')}" + (f"/{item.name}" if len(item.versions) > 1 else "")


def tags(item: Item, question: Question) -> list[str]:
    """Give topic, part, type and the beliefs behind wrong answers."""
    return [
        "pool school",
        item.lesson.topic,
        item.lesson.part,
        question.type,
        *(f"belief {name}" for name in beliefs_of(question)),
    ]


def with_letters(question: Question, seed: int) -> list[str]:
    """Give options or steps in the order shown, each with its letter."""
    texts = parts(question)
    return [f"{letter}) {texts[part]}" for letter, part in zip(ascii_lowercase, arrange(question, seed), strict=False)]


def key_of(question: Question, seed: int) -> str:
    """Give the right answer as it is written down on paper: letters, a number or an output."""
    letters = dict(zip(arrange(question, seed), ascii_lowercase, strict=False))
    match question:
        case Choice() | ChooseAll():
            return " ".join(sorted(letters[part] for part in right_parts(question)))
        case Number():
            return decimal(question.value)
        case Output():
            return question.prints
        case _:
            return " ".join(letters[part] for part in right_parts(question))
