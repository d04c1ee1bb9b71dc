"""What instructors' pages take from the course itself: the schedule, and which wrong answer shows which belief."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from poolschool.course.beliefs import Belief
from poolschool.course.lessons import PART_TITLES, Course, Lesson
from poolschool.quiz.generated import generated_questions
from poolschool.quiz.parts import beliefs_of
from poolschool.quiz.questions import Quiz
from poolschool.quiz.text import phrase

SESSION = 90  # minutes of a usual session


@dataclass(frozen=True)
class Session:
    """The lessons of one session; `minutes` are those of their front matter together."""

    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


def sessions(lessons: Sequence[Lesson], most: int = SESSION) -> list[Session]:
    """Split lessons into sessions of at most `most` minutes, in reading order and as few as possible; a longer one stands alone."""
    split: list[list[Lesson]] = []
    for lesson in lessons:
        if split and sum(one.minutes for one in split[-1]) + lesson.minutes <= most:
            split[-1].append(lesson)
        else:
            split.append([lesson])
    return [Session(tuple(some)) for some in split]


def schedule_html(course: Course, pages: Mapping[str, str], notes: Mapping[str, str]) -> str:
    """Render lessons with minutes of reading and exercise and a running total, and a plan of sessions; `pages` and `notes` are addresses by topic."""
    rows, total = [], 0
    for part, lessons in course.parts.items():
        for lesson in lessons:
            total += lesson.minutes
            rows.append(
                f"<tr><td>{escape(PART_TITLES.get(part, part))}</td>"
                f'<th scope="row"><a href="{pages[lesson.topic]}">{escape(lesson.title)}</a></th>'
                f"<td>{lesson.reading_minutes}</td><td>{lesson.exercise_minutes or ''}</td><td>{total}</td>"
                f'<td><a href="{notes[lesson.topic]}">Notes<span class="quiz-unseen"> on {escape(lesson.title)}</span></a></td></tr>'
            )
    plan = "".join(
        f"<li>{escape(', '.join(lesson.title for lesson in session.lessons))}: {session.minutes} minutes</li>"
        for session in sessions(course.lessons)
    )
    hours = f"{total // 60} h {total % 60} min" if total >= 60 else f"{total} min"
    return (
        "<table><thead><tr><th>Part</th><th>Lesson</th><th>Reading</th><th>Exercise</th><th>In all</th><th>To teach it</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        f"<p>{len(course.lessons)} lessons, {total} minutes together ({hours}).</p>"
        f"<p>In sessions of at most {SESSION} minutes:</p><ol>{plan}</ol>"
    )


def beliefs_html(lesson: Lesson, quiz: Quiz, beliefs: Mapping[str, Belief], pages: Mapping[str, str]) -> str:
    """Render which wrong answers of a lesson show which belief: options and outputs of the quiz, checkers, kept submissions."""
    rows = []
    shown = _shown(lesson, quiz, beliefs)
    for name, where in sorted(shown.items(), key=lambda pair: -len(pair[1])):
        found = beliefs.get(name)
        if found is None:
            continue
        page = pages.get(found.lesson)
        link = (
            f' <a href="{escape(page)}#{escape(found.anchor)}">Where the lesson shows it</a>'
            if page is not None
            else ""
        )
        rows.append(
            f'<tr><th scope="row">{phrase(found.belief)}</th><td>{escape(", ".join(where))}</td>'
            f"<td>{phrase(found.truth)}{link}</td></tr>"
        )
    return (
        "<table><thead><tr><th>They believe</th><th>It shows in</th><th>So it is</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _shown(lesson: Lesson, quiz: Quiz, beliefs: Mapping[str, Belief]) -> dict[str, list[str]]:
    """Find where a lesson's wrong answers show a belief."""
    found: dict[str, dict[str, None]] = {}
    for belief, place in (*_of_quiz(quiz), *_of_generated(lesson), *_of_checker(lesson, beliefs)):
        found.setdefault(belief, {})[place] = None
    return {belief: list(places) for belief, places in found.items()}


def _of_quiz(quiz: Quiz) -> Iterator[tuple[str, str]]:
    for number, question in enumerate(quiz.questions, start=1):
        for belief in beliefs_of(question):
            yield belief, f"question {number}"


def _of_generated(lesson: Lesson) -> Iterator[tuple[str, str]]:
    for made in generated_questions(lesson).values():
        for belief in beliefs_of(made.version(0)):
            yield belief, f"{made.id} (generated)"


def _of_checker(lesson: Lesson, beliefs: Mapping[str, Belief]) -> Iterator[tuple[str, str]]:
    """Find the beliefs that the checker names: it is read, not imported."""
    if lesson.has_exercise:
        for node in ast.walk(ast.parse(lesson.checker.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in beliefs:
                yield str(node.value), "exercise"
