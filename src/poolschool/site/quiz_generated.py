"""Generated questions on a page: for people one sample of each, for the assigned mode every version, packed.

The packed data is JSON, deflated and in base64, since 200 versions differ in a few numbers only:
{name: {"hash": fingerprint, "versions": [{…what quiz/marking.js needs, prompt, code, options, whys, solution, …}]}}
"""

import base64
import json
import zlib
from html import escape
from typing import Any

from poolschool.course.lessons import Lesson
from poolschool.quiz.generated import VERSIONS, Generated, generated_questions
from poolschool.quiz.parts import parts
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import blocks, phrase, python
from poolschool.site.quiz import marked_on
from poolschool.site.quiz_solution import BeliefLinks, worked_solution


def generated_html(lesson: Lesson, beliefs: BeliefLinks) -> str:
    """Render a lesson's generated questions; a sentence if it has none."""
    made = generated_questions(lesson)
    if not made:
        return "<p>This lesson has no generated questions.</p>"
    samples = "".join(_sample(question, beliefs) for question in made.values())
    return f'<div class="quiz">{samples}</div>{_packed(made)}'


def _sample(made: Generated, beliefs: BeliefLinks) -> str:
    question = made.version(0)
    source = question.program if isinstance(question, Output) else question.code
    items = "".join(f"<li>{phrase(text)}</li>" for text in parts(question))
    return (
        f'<details class="ps-sample"><summary><code>{made.name}</code> {phrase(made.about)}</summary>'
        f"{blocks(question.prompt)}{python(source) if source else ''}"
        f"{f'<ul>{items}</ul>' if items else ''}"
        f"{worked_solution(question, f'sample-{made.topic}-{made.id}', beliefs)}</details>"
    )


def _packed(made: dict[str, Generated]) -> str:
    told = {
        question.name: {
            "hash": question.fingerprint,
            "versions": [_version(question.version(number)) for number in range(VERSIONS)],
        }
        for question in made.values()
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode()
    return f'<script type="text/plain" class="ps-versions">{packed}</script>'


def _version(question: Question) -> dict[str, Any]:
    """Give what the page needs to ask, mark and explain a version; texts are Markdown with inline code."""
    told = marked_on(question) | {
        "prompt": question.prompt,
        "code": question.program if isinstance(question, Output) else question.code,
        "solution": question.solution,
        "answer": question.answer,
        "check": question.check,
        "mistakes": question.mistakes,
    }
    match question:
        case Choice() | ChooseAll():
            return told | {
                "parts": [option.text for option in question.options],
                "whys": [it.why for it in question.options],
            }
        case Order():
            return told | {
                "parts": [step.text for step in question.steps],
                "whys": [step.why for step in question.steps],
            }
        case Number() | Output():
            return told | {"whys": [wrong.why for wrong in question.wrong]}


def assigned_html(lessons: tuple[Lesson, ...]) -> str:
    """Give the frame of the assigned mode; docs/assets/assigned/assigned.js fills it when the address carries an assignment."""
    where = {lesson.topic: {"lesson": lesson.url, "generated": f"instructors/notes/{lesson.url}"} for lesson in lessons}
    data = escape(json.dumps(where, separators=(",", ":")))
    return (
        f'<div class="quiz" id="assigned" data-assigned="{data}">'
        # Room for the paper before its script has come: nothing below may jump.
        '<script>document.currentScript.parentElement.classList.toggle("ps-asked", location.hash.length > 40)</script>'
        '<p class="ps-assigned-none">This page opens with the link that your instructor gave you. '
        "The link carries the assignment behind its #; yours has none, or it was cut off. Open it once more, as a whole.</p>"
        "<noscript><p>An assignment needs JavaScript. Ask your instructor for the paper.</p></noscript></div>"
    )
