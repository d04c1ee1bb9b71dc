"""An exercise as the page shows it: its tasks, the commands, a place to solve it, the worked solution folded."""

from collections.abc import Mapping, Sequence
from html import escape

from poolschool.course.beliefs import Belief
from poolschool.course.exercises import Exercise
from poolschool.course.lessons import Lesson
from poolschool.course.source_text import read_source
from poolschool.quiz.text import phrase, python
from poolschool.site.beliefs import beliefs_in
from poolschool.site.runs_in_page import PYTHON_MB, needs
from poolschool.site.script_json import script_json

LACKS = {
    "PostgreSQL": "It needs a real PostgreSQL, which a page does not have: solve it in a terminal, where one comes along and is started for you.",
    "threads": "It needs threads, which Python in a page does not have: solve it in a terminal.",
}


def exercise_html(
    lesson: Lesson,
    exercise: Exercise,
    *,
    beliefs: Mapping[str, Belief] | None = None,
    pages: Mapping[str, str] | None = None,
    errors: Sequence[tuple[str, str, Sequence[str]]] = (),
) -> str:
    """Give the HTML of a lesson's exercise; nothing of the lesson is imported.

    docs/assets/live/exercise.js makes it one that can be solved in the page, from the JSON in `script.ps-exercise-data`.
    `errors` are the pages of error texts: title, address, patterns.
    `pages` are addresses of lessons by topic as seen from this page; a verdict links to what its belief is about.
    """
    tasks = "".join(f"<li>{phrase(task.title)}</li>" for task in exercise.tasks)
    checker, stub = (read_source(path) for path in (lesson.checker, lesson.stub))
    lacks = needs(checker)
    if lacks:
        here = f'<p class="ps-note">{LACKS.get(lacks, LACKS["threads"])}</p>'
    else:
        here = (
            '<div class="ps-live-bar"><button type="button" data-do="open" disabled>Solve it here</button>'
            f'<span class="ps-note">with the same checker, in your browser (Python is fetched once, {PYTHON_MB} MB); or in a terminal:</span></div>'
        )
    return (
        f'<section class="ps-exercise" data-topic="{lesson.topic}" aria-label="Exercise: {escape(lesson.title)}">'
        f"<p>Fix <code>exercises/{lesson.stem}.py</code>. There {_count(len(exercise.tasks))}:</p>"
        f"<ol>{tasks}</ol>{here}"
        "<p>Grade it once:</p>"
        f"{_command(f'pytest exercises -k {lesson.topic}')}"
        "<p>or again each time you save:</p>"
        f"{_command(f'poolschool check {lesson.topic} --watch')}"
        f'<p class="ps-note">Stuck? <code>poolschool hint {lesson.topic}</code>. '
        f"Begin anew? <code>poolschool reset {lesson.topic}</code>; your file is kept aside.</p>"
        f"<details><summary>Show the starter code</summary>{python(stub)}</details>"
        '<details class="ps-solution"><summary>Show the worked solution</summary>'
        f"{python(lesson.solution.read_text(encoding='utf-8'))}</details>"
        f"{'' if lacks else _data(lesson, checker, stub, beliefs or {}, pages or {}, errors)}</section>"
    )


def _data(
    lesson: Lesson,
    checker: str,
    stub: str,
    beliefs: Mapping[str, Belief],
    pages: Mapping[str, str],
    errors: Sequence[tuple[str, str, Sequence[str]]],
) -> str:
    """Write down what the page needs to grade."""
    truths = {name: [beliefs[name].truth, beliefs[name].address(pages)] for name in beliefs_in(checker, beliefs)}
    text = script_json({"stem": lesson.stem, "stub": stub, "checker": checker, "beliefs": truths, "errors": errors})
    return f'<script type="application/json" class="ps-exercise-data">{text}</script>'


def _command(line: str) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{escape(line)}\n</code></pre></div>'


def _count(tasks: int) -> str:
    return "is one task" if tasks == 1 else f"are {tasks} tasks"
