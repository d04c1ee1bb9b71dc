"""An exercise as the page shows it: its tasks, the commands, the worked solution folded."""

from html import escape

from poolschool.course import Lesson
from poolschool.quiz_text import phrase, python
from poolschool.tasks import read_exercise


def exercise_html(lesson: Lesson) -> str:
    """Give the HTML of a lesson's exercise. The tasks are read from the checker; nothing is imported."""
    exercise = read_exercise(lesson.checker)
    tasks = "".join(f"<li>{phrase(task.title)}</li>" for task in exercise.tasks)
    needs = (
        '<p class="ps-note">It runs on a real PostgreSQL, which comes along and is started for you.</p>'
        if exercise.postgresql
        else ""
    )
    return (
        f'<section class="ps-exercise" aria-label="Exercise: {escape(lesson.title)}">'
        f"<p>Mend <code>exercises/{lesson.stem}.py</code>. There {_count(len(exercise.tasks))}:</p>"
        f"<ol>{tasks}</ol>{needs}"
        "<p>Grade it once:</p>"
        f"{_command(f'pytest exercises -k {lesson.topic}')}"
        "<p>or again each time you save:</p>"
        f"{_command(f'poolschool check {lesson.topic} --watch')}"
        f'<p class="ps-note">Stuck? <code>poolschool hint {lesson.topic}</code>. '
        f"Begin anew? <code>poolschool reset {lesson.topic}</code>; your file is kept aside.</p>"
        "<details><summary>Show the stub</summary>"
        f"{python(lesson.stub.read_text(encoding='utf-8'))}</details>"
        "<details><summary>Show the worked solution</summary>"
        f"{python(lesson.solution.read_text(encoding='utf-8'))}</details></section>"
    )


def _command(line: str) -> str:
    return f'<div class="highlight"><pre tabindex="0"><code>{escape(line)}\n</code></pre></div>'


def _count(tasks: int) -> str:
    return "is one task" if tasks == 1 else f"are {tasks} tasks"
