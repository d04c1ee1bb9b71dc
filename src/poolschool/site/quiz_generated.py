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
from poolschool.quiz.parts import parts, reasons, source
from poolschool.quiz.questions import Question
from poolschool.quiz.text import blocks, phrase, python
from poolschool.site.quiz import marking_key
from poolschool.site.quiz_solution import BeliefLinks, worked_solution


def generated_html(lesson: Lesson, beliefs: BeliefLinks) -> str:
    """Render a lesson's generated questions; a sentence if it has none."""
    generated = generated_questions(lesson)
    if not generated:
        return "<p>This lesson has no generated questions.</p>"
    samples = "".join(_sample(one, beliefs) for one in generated.values())
    return f'<div class="quiz">{samples}</div>{_packed(generated)}'


def _sample(generated: Generated, beliefs: BeliefLinks) -> str:
    question = generated.version(0)
    code = source(question)
    items = "".join(f"<li>{phrase(text)}</li>" for text in parts(question))
    return (
        f'<details class="ps-sample"><summary><code>{generated.name}</code> {phrase(generated.about)}</summary>'
        f"{blocks(question.prompt)}{python(code) if code else ''}"
        f"{f'<ul>{items}</ul>' if items else ''}"
        f"{worked_solution(question, f'sample-{generated.topic}-{generated.id}', beliefs)}</details>"
    )


def _packed(generated: dict[str, Generated]) -> str:
    versions = {
        one.name: {"hash": one.fingerprint, "versions": [_version(one.version(number)) for number in range(VERSIONS)]}
        for one in generated.values()
    }
    text = json.dumps(versions, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode()
    return f'<script type="text/plain" class="ps-versions">{packed}</script>'


def _version(question: Question) -> dict[str, Any]:
    """Give what the page needs to ask, mark and explain a version; texts are Markdown with inline code."""
    version = marking_key(question) | {
        "prompt": question.prompt,
        "code": source(question),
        "solution": question.solution,
        "answer": question.answer,
        "check": question.check,
        "mistakes": question.mistakes,
    }
    texts = {"parts": parts(question)} if parts(question) else {}
    return version | texts | {"whys": [reason.why for reason in reasons(question)]}


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
