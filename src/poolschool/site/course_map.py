"""The map of the course: parts as lanes, lessons as stops. docs/assets/page/map.js fills in how far the reader is."""

import json
from collections.abc import Mapping
from html import escape

from poolschool.course.lessons import PART_TITLES, Course, Lesson
from poolschool.quiz.questions import Quiz
from poolschool.quiz.text import phrase


def map_html(course: Course, quizzes: Mapping[str, Quiz]) -> str:
    """Give the HTML of the map, with quizzes by topic; without a script it is a list of links, seen from the site's root."""
    lanes = "".join(
        _lane(number, part, lessons, quizzes) for number, (part, lessons) in enumerate(course.parts.items(), start=1)
    )
    return f'<nav class="ps-map" aria-label="Lessons"><ol>{lanes}</ol></nav>'


def _lane(number: int, part: str, lessons: tuple[Lesson, ...], quizzes: Mapping[str, Quiz]) -> str:
    title = escape(PART_TITLES.get(part, part))
    return f'<li class="ps-part"><h3><small>Part {number}</small>{title}</h3><ol>{"".join(_stop(lesson, quizzes[lesson.topic]) for lesson in lessons)}</ol></li>'


def _stop(lesson: Lesson, quiz: Quiz) -> str:
    questions = [{"uid": question.uid, "hash": question.content_hash} for question in quiz.questions]
    exercise = f" + {lesson.exercise_minutes} min exercise" if lesson.has_exercise else ""
    return (
        f'<li class="ps-stop" data-topic="{lesson.topic}" data-exercise="{"file" if lesson.has_exercise else "none"}" data-questions="{escape(json.dumps(questions, separators=(",", ":")))}">'
        f'<a href="{lesson.url}">{escape(lesson.title)}</a>'
        f"<p>{phrase(lesson.objectives[0])}</p>"
        f'<p class="ps-facts">{lesson.reading_minutes} min{exercise} · <span class="ps-done">{len(questions)} questions</span></p></li>'
    )
