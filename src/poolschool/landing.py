"""The map of the course: parts as lanes, lessons as stops. docs/assets/map.js fills in how far the reader is."""

import json
from html import escape

from poolschool.course import PART_TITLES, Course, Lesson
from poolschool.quiz_reader import load_quiz


def map_html(course: Course) -> str:
    """Give the HTML of the map; without a script it is a list of links."""
    lanes = "".join(
        f'<li class="ps-part"><h3>{escape(PART_TITLES[part])}</h3><ol>{"".join(map(_stop, lessons))}</ol></li>'
        for part, lessons in course.parts.items()
    )
    return f'<nav class="ps-map" aria-label="Lessons"><ol>{lanes}</ol></nav>'


def _stop(lesson: Lesson) -> str:
    quiz = load_quiz(lesson.quiz, lesson.topic)
    questions = [{"uid": question.uid, "hash": question.content_hash} for question in quiz.questions]
    return (
        f'<li class="ps-stop" data-questions="{escape(json.dumps(questions, separators=(",", ":")))}">'
        f'<a href="{lesson.url}">{escape(lesson.title)}</a>'
        f'<span class="ps-minutes">{lesson.minutes} min</span>'
        f"<p>{escape(lesson.objectives[0])}</p>"
        f'<span class="ps-done">{len(questions)} questions</span></li>'
    )
