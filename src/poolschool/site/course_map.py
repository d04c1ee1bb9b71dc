"""The map of the course: parts as lanes, lessons as stops, the labs as the last lane. docs/assets/page/map.js fills in how far the reader is."""

import json
from collections.abc import Mapping, Sequence
from html import escape

from poolschool.course.labs import Lab
from poolschool.course.lessons import PART_TITLES, Course, Lesson
from poolschool.quiz.questions import Quiz
from poolschool.quiz.text import phrase


def map_html(course: Course, quizzes: Mapping[str, Quiz], labs: Sequence[Lab]) -> str:
    """Give the HTML of the map, with quizzes by topic; without a script it is a list of links, seen from the site's root."""
    lanes = "".join(
        _lane(number, part, lessons, quizzes) for number, (part, lessons) in enumerate(course.parts.items(), start=1)
    )
    if labs:
        lanes += f'<li class="ps-part"><h3><small>Measured</small>Labs</h3><ol>{"".join(map(_lab, labs))}</ol></li>'
    return f'<nav class="ps-map" aria-label="Lessons"><ol>{lanes}</ol></nav>'


def labs_html(labs: Sequence[Lab], course: Course) -> str:
    """Give the list of labs as the page labs/ shows it: question, lessons, minutes."""
    pages = course.addresses("..")
    titles = {lesson.topic: lesson.title for lesson in course.lessons}
    items = []
    for lab in labs:
        lessons = ", ".join(f'<a href="{pages[topic]}">{escape(titles[topic])}</a>' for topic in lab.lessons)
        address = f"../{lab.url}"
        facts = f"{lab.minutes} min · belongs to {lessons}" if lessons else f"{lab.minutes} min"
        items.append(
            f'<li><a href="{address}"><strong>{escape(lab.title)}</strong></a><br>{escape(lab.question)}'
            f'<br><span class="ps-note">{facts}</span></li>'
        )
    return f'<ol class="ps-labs">{"".join(items)}</ol>'


def _lab(lab: Lab) -> str:
    return (
        f'<li class="ps-lab"><a href="{lab.url}">{escape(lab.title)}</a><p>{escape(lab.question)}</p>'
        f'<p class="ps-facts">{lab.minutes} min</p></li>'
    )


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
