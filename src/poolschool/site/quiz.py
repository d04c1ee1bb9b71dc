"""The quiz in the page: plain HTML that can be read and printed as it is; docs/assets/quiz/quiz.js makes it answer.

section.quiz ── section.quiz-question[data-uid]   prompt, form.quiz-form, div.quiz-feedback (filled after Submit)
             │    ├─ details.quiz-solution        worked solution; its [data-part] entries are what feedback quotes
             │    └─ details.quiz-proof           the proof's source
             ├─ script.quiz-key                   what the script marks by, as JSON
             └─ script.quiz-proofs                what runs when a proof is run in the page (proof.js)
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from poolschool.course.beliefs import Belief
from poolschool.quiz.parts import source
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question, Quiz
from poolschool.quiz.text import blocks, phrase, python
from poolschool.site.quiz_form import question_form
from poolschool.site.quiz_proofs import Proving
from poolschool.site.quiz_solution import BeliefLinks, worked_solution
from poolschool.site.script_json import script_json

SEED = 0  # the order in which the page is built; the script may shuffle anew

_NO_SCRIPT = (
    '<noscript><p class="quiz-note">Your answers can be marked only with JavaScript. '
    "Answer for yourself, then open the worked solution.</p></noscript>"
)
_BUTTONS = (
    '<button type="button" class="quiz-button" data-do="retry" disabled>Retry incorrect</button>'
    '<button type="button" class="quiz-button" data-do="over">Reset quiz</button>'
    '<button type="button" class="quiz-button" data-do="undo" hidden>Undo the reset</button>'
)


def quiz_html(
    quiz: Quiz,
    *,
    proofs: Mapping[str, str] | None = None,
    proving: Proving | None = None,
    beliefs: Mapping[str, Belief] | None = None,
    pages: Mapping[str, str] | None = None,
) -> str:
    """Render a quiz.

    `proofs` holds sources by question id, `proving` what it takes to run them in the page; `pages` addresses of lessons by topic, as seen from this page: a
    belief links to its lesson if it is there. The headings are of level 3, below the page's own "Quiz".
    """
    links = BeliefLinks(quiz.topic, beliefs or {}, pages or {})
    questions = "\n".join(
        _section(number, question, (proofs or {}).get(question.id), proving or Proving(), links)
        for number, question in enumerate(quiz.questions, start=1)
    )
    score = f'<p class="quiz-score">0 of {len(quiz.questions)} right</p>'
    return f"""\
<section class="quiz" id="quiz-{quiz.topic}" data-seed="{SEED}" aria-label="Quiz: {escape(quiz.title)}">
<div class="quiz-bar">{score}</div>
{_NO_SCRIPT}
{questions}
<div class="quiz-bar quiz-end" role="group" aria-label="The whole quiz">{score}{_BUTTONS}</div>
<script type="application/json" class="quiz-key">{_key(quiz)}</script>
{proving.data if proving else ""}</section>
"""


def _section(number: int, question: Question, proof: str | None, proving: Proving, beliefs: BeliefLinks) -> str:
    name = f"quiz-{question.uid.replace('.', '-')}"
    code = source(question)
    return f"""\
<section class="quiz-question" id="{name}" data-uid="{question.uid}" aria-labelledby="{name}-title {name}-state">
<div class="quiz-head"><h3 id="{name}-title">Question {number}</h3>
<span class="quiz-state" id="{name}-state" data-state="open"><span class="quiz-icon" aria-hidden="true"></span>\
<span class="quiz-state-word">unanswered</span></span></div>
<div class="quiz-prompt" id="{name}-prompt">{blocks(question.prompt)}</div>
{python(code) if code else ""}
{question_form(question, name, SEED, number)}
{worked_solution(question, name, beliefs)}
{_proof(question, proof, proving)}
</section>"""


def _proof(question: Question, test: str | None, proving: Proving) -> str:
    if test:
        shown = python(test) + proving.offer(question.id)
        return f'<details class="quiz-proof"><summary>Show the test that proves this</summary>{shown}</details>'
    return f'<p class="quiz-note">No proof: {phrase(question.no_proof)}</p>' if question.no_proof else ""


def _key(quiz: Quiz) -> str:
    """Write down what the script needs to mark answers."""
    return script_json({"topic": quiz.topic, "questions": [marking_key(question) for question in quiz.questions]})


def marking_key(question: Question) -> dict[str, Any]:
    """Give what docs/assets/quiz/marking.js needs of a question, ready for JSON."""
    key: dict[str, Any] = {"uid": question.uid, "hash": question.content_hash, "type": question.type}
    match question:
        case Choice() | ChooseAll():
            key["right"] = [option.right for option in question.options]
        case Number():
            wrong = [known.value for known in question.wrong]
            key |= {"value": question.value, "tolerance": question.tolerance, "unit": question.unit, "wrong": wrong}
        case Output():
            key |= {"prints": question.prints, "wrong": [known.prints for known in question.wrong]}
        case Order():
            key["steps"] = len(question.steps)
    return key
