"""Read a quiz file: every fault at once, each with its line and a way out."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from poolschool.course.faults import CourseFault, Fault, course_path
from poolschool.course.toml_faults import faults_of, read_toml
from poolschool.course.toml_lines import Place, TomlPlaces
from poolschool.quiz.questions import Quiz
from poolschool.quiz.text import refused_links

_PICTURE = re.compile(r"!\[[^\]]*\]\(|<img\b", re.IGNORECASE)


def load_quiz(
    path: Path, topic: str, *, beliefs: Collection[str] | None = None, proofs: Collection[str] | None = None
) -> Quiz:
    """Read the questions of one lesson.

    With `beliefs` (ids) each belief must be one of them. With `proofs` (ids of questions that have one) each
    question must have a proof or say in `no_proof` why not, and never both. Raises CourseFault with every fault.
    """
    data, places = read_toml(path)
    faults: list[Fault] = []
    if data.pop("topic", None) is not None:
        line = places.line(("topic",))
        faults.append(
            Fault(course_path(path), line, "The key `topic` is unknown.", "Remove it: the file's name gives it.")
        )
    try:
        quiz = Quiz.model_validate({"topic": topic, **data})
    except ValidationError as error:
        faults += faults_of(error, path, places)
    for place, text in _texts(data):
        for what, way_out in _spoken_of(place, text, beliefs):
            faults.append(Fault(course_path(path), places.line(place), what, way_out))
    if proofs is not None:
        faults += _unproved(data, path, places, proofs)
    if faults:
        raise CourseFault(set(faults))
    return quiz


def _texts(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Walk through every text of the file, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*place, key))


def _spoken_of(place: Place, text: str, beliefs: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """Find what is wrong with one text by itself: a belief nobody wrote down, a link that leads out of bounds."""
    if place[-1] == "belief" and beliefs is not None and text not in beliefs:
        near = get_close_matches(text, beliefs, n=1)
        way_out = f"Did you mean `{near[0]}`?" if near else "Add it to quizzes/beliefs.toml."
        yield f"There is no belief `{text}`.", way_out
    if place[-1] not in ("code", "program", "prints"):
        for address in refused_links(text):
            yield f"The link to {address!r} is refused.", "Use https:, mailto: or an address within the site."
        if _PICTURE.search(text):
            way_out = (
                "Say it in words or code, or put the picture on the lesson's page: terminal and exports would lose it."
            )
            yield "A picture stands in a text.", way_out


def _unproved(data: dict[str, object], path: Path, places: TomlPlaces, proofs: Collection[str]) -> Iterator[Fault]:
    questions = data.get("question")
    for index, question in enumerate(questions if isinstance(questions, list) else ()):
        name = question.get("id") if isinstance(question, dict) else None
        if not isinstance(name, str):
            continue
        place = ("question", index, "no_proof" if "no_proof" in question else "id")
        line, excused = places.line(place), "no_proof" in question
        if name in proofs and excused:
            yield Fault(
                course_path(path), line, f"`{name}` has a proof and says why it has none.", "Remove `no_proof`."
            )
        if name not in proofs and not excused:
            way_out = f"Write test_{name} in the file of proofs, or say in `no_proof` why there is none."
            yield Fault(course_path(path), line, f"The question `{name}` has no proof.", way_out)
