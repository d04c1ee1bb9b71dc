"""What each block becomes: HTML from the course's content and the block's argument.

BLOCK_HTML[name](content, argument) ─> HTML
"""

from collections.abc import Callable

from poolschool.course.source_text import read_source
from poolschool.quiz.text import python
from poolschool.site.beliefs import beliefs_html
from poolschool.site.content import Content
from poolschool.site.course_map import labs_html, map_html
from poolschool.site.error_index import error_index_html
from poolschool.site.exercise import exercise_html
from poolschool.site.figures.agreement import COMPARISON, agreement_html
from poolschool.site.figures.scenarios import scenario_html
from poolschool.site.figures.sizing import sizing_html
from poolschool.site.quiz import quiz_html
from poolschool.site.quiz_generated import assigned_html, generated_html
from poolschool.site.quiz_proofs import proving
from poolschool.site.quiz_solution import BeliefLinks
from poolschool.site.schedule import schedule_html

# Where the site's root is, as seen from a lesson: PART/LESSON/, and from its notes: instructors/notes/PART/LESSON/.
FROM_LESSON = "../.."
FROM_NOTES = "../../../.."


def _quiz(content: Content, topic: str) -> str:
    lesson = content.course.lesson(topic)
    return quiz_html(
        content.quiz(lesson),
        proofs=content.proofs(lesson),
        proving=proving(content.course, lesson),
        beliefs=content.beliefs,
        pages=content.course.addresses(FROM_LESSON),
    )


def _exercise(content: Content, topic: str) -> str:
    lesson = content.course.lesson(topic)
    pages = content.course.addresses(FROM_LESSON)
    errors = [(one.title, f"{FROM_LESSON}/reference/errors/{one.id}/", one.patterns) for one in content.errors]
    return exercise_html(lesson, content.exercise(lesson), beliefs=content.beliefs, pages=pages, errors=errors)


def _proof(content: Content, argument: str) -> str:
    topic, _, question = argument.partition(".")
    return python(content.proofs(content.course.lesson(topic))[question])


def _pool(_content: Content, scenario: str) -> str:
    return scenario_html(scenario)


def _course_map(content: Content, _argument: str) -> str:
    quizzes = {lesson.topic: content.quiz(lesson) for lesson in content.course.lessons}
    return map_html(content.course, quizzes, content.labs)


def _labs(content: Content, _argument: str) -> str:
    return labs_html(content.labs, content.course)


def _errors(content: Content, _argument: str) -> str:
    return error_index_html(content.errors)


def _sizing(_content: Content, _argument: str) -> str:
    return sizing_html()


def _agreement(content: Content, _argument: str) -> str:
    return agreement_html(content.root / COMPARISON)


def _assigned(content: Content, _argument: str) -> str:
    return assigned_html(content.course.lessons)


def _generated(content: Content, topic: str) -> str:
    beliefs = BeliefLinks("", content.beliefs, content.course.addresses(FROM_NOTES))
    return generated_html(content.course.lesson(topic), beliefs)


def _schedule(content: Content, _argument: str) -> str:
    notes = {lesson.topic: f"../notes/{lesson.url}" for lesson in content.course.lessons}
    return schedule_html(content.course, content.course.addresses(FROM_LESSON), notes)


def _beliefs(content: Content, topic: str) -> str:
    lesson = content.course.lesson(topic)
    checker = read_source(lesson.checker) if lesson.has_exercise else ""
    return beliefs_html(lesson, content.quiz(lesson), checker, content.beliefs, content.course.addresses(FROM_NOTES))


BLOCK_HTML: dict[str, Callable[[Content, str], str]] = {
    "quiz": _quiz,
    "exercise": _exercise,
    "proof": _proof,
    "pool": _pool,
    "sizing": _sizing,
    "agreement": _agreement,
    "assigned": _assigned,
    "generated": _generated,
    "schedule": _schedule,
    "beliefs": _beliefs,
    "labs": _labs,
    "errors": _errors,
    "course-map": _course_map,
}
