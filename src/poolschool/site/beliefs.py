"""Which wrong answers of a lesson show which belief: a table for its teaching notes."""

import ast
import re
from collections.abc import Iterator, Mapping
from html import escape

from poolschool.course.beliefs import Belief
from poolschool.course.lessons import Lesson
from poolschool.quiz.generated import generated_questions
from poolschool.quiz.parts import beliefs_of
from poolschool.quiz.questions import Quiz
from poolschool.quiz.text import phrase

_QUOTED = re.compile(r'"(\w+)"')


def beliefs_html(
    lesson: Lesson, quiz: Quiz, checker: str, beliefs: Mapping[str, Belief], pages: Mapping[str, str]
) -> str:
    """Render the table, the belief that shows most often first; `checker` is the text of the lesson's checker, if any."""
    places: dict[str, dict[str, None]] = {}
    for name, place in (*_of_quiz(quiz), *_of_generated(lesson), *_of_checker(checker, beliefs)):
        places.setdefault(name, {})[place] = None
    by_number = sorted(places.items(), key=lambda pair: -len(pair[1]))
    rows = "".join(_row(beliefs[name], list(where), pages) for name, where in by_number if name in beliefs)
    return (
        "<table><thead><tr><th>They believe</th><th>It shows in</th><th>So it is</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def beliefs_in(checker: str, beliefs: Mapping[str, Belief]) -> list[str]:
    """Give the ids of beliefs that a checker names, in the registry's order; the text is read, nothing is imported."""
    quoted = set(_QUOTED.findall(checker))
    return [name for name in beliefs if name in quoted]


def _row(belief: Belief, where: list[str], pages: Mapping[str, str]) -> str:
    address = belief.address(pages)
    link = f' <a href="{escape(address)}">Where the lesson shows it</a>' if address else ""
    return (
        f'<tr><th scope="row">{phrase(belief.belief)}</th><td>{escape(", ".join(where))}</td>'
        f"<td>{phrase(belief.truth)}{link}</td></tr>"
    )


def _of_quiz(quiz: Quiz) -> Iterator[tuple[str, str]]:
    for number, question in enumerate(quiz.questions, start=1):
        for belief in beliefs_of(question):
            yield belief, f"question {number}"


def _of_generated(lesson: Lesson) -> Iterator[tuple[str, str]]:
    for question in generated_questions(lesson).values():
        for belief in beliefs_of(question.version(0)):
            yield belief, f"{question.id} (generated)"


def _of_checker(checker: str, beliefs: Mapping[str, Belief]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(checker)):
        if isinstance(node, ast.Constant) and node.value in beliefs:
            yield str(node.value), "exercise"
