"""Read a TOML file that an author wrote; what is wrong with it is said in plain sentences, each with its line."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from poolschool.course.faults import CourseFault, Fault
from poolschool.course.toml_lines import Place, TomlPlaces
from poolschool.course.toml_table import FAULT

_AT_LINE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_TYPES = ("choice", "choose_all", "number", "output", "order")
# What pydantic found, in words. `{key}` is the key; the rest comes from pydantic's context.
_SAID = {
    "missing": ("`{key}` is missing.", "Add it."),
    "string_type": ("`{key}` is not a text.", "Put it in quotation marks."),
    "string_too_short": ("`{key}` is empty.", "Write something, or remove the key if it may be left out."),
    "string_too_long": ("`{key}` is longer than {max_length} characters.", "Shorten it."),
    "bool_type": ("`{key}` is neither true nor false.", "Write `true` or `false`, without quotation marks."),
    "float_type": ("`{key}` is not a number.", "Write it without quotation marks: 20 or 0.5."),
    "finite_number": ("`{key}` is not a finite number.", "Write one like 20 or 0.5."),
    "greater_than_equal": ("`{key}` is less than {ge:g}.", "Give {ge:g} or more."),
    "tuple_type": ("`{key}` is not a list.", 'Write `[[question.{key}]]` for tables, `{key} = ["…"]` for texts.'),
    "model_type": ("`{key}` is not a table.", "Write it as a table, with a header in brackets."),
    "too_short": ("`{key}` has {actual_length} of at least {min_length} entries.", "Add what is lacking."),
    "union_tag_not_found": ("The question has no `type`.", "Add one of {known}."),
    "union_tag_invalid": ("There is no question of type '{tag}'.", "Use one of {expected_tags}."),
}
_PATTERNS = {
    "^[a-z0-9_]+$": ("`{key}` is not a name.", "Use small letters, digits and _ only."),
    r"\S": ("`{key}` is empty.", "Write something, or remove the key if it may be left out."),
}


def course_path(path: Path) -> Path:
    """Shorten a path to what an author sees: from the course's folder on."""
    root = next((folder.parent for folder in path.parents if folder.name == "quizzes"), None)
    return path.relative_to(root) if root else path


def read_toml(path: Path) -> tuple[dict[str, Any], TomlPlaces]:
    """Read values and lines of a TOML file; raise CourseFault if it is missing, not UTF-8 or not TOML."""
    try:
        text = path.read_bytes().decode("utf-8")
        return tomllib.loads(text), TomlPlaces(text)
    except FileNotFoundError:
        fault = Fault(course_path(path), 0, "The file does not exist.", "Write it, or mend the name.")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fault = Fault(course_path(path), line, "The file is not UTF-8 here.", "Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found["line"]) if found and found["line"] else max(len(text.splitlines()), 1)
        what = f"This is not TOML: {_AT_LINE.sub('', str(error))}."
        fault = Fault(course_path(path), line, what, "Look at this line and the one before it.")
    raise CourseFault([fault])


def faults_of(error: ValidationError, path: Path, places: TomlPlaces, inside: Place = ()) -> list[Fault]:
    """Say each of pydantic's findings in words, with its line; `inside` is the place of the table that was checked."""
    found = error.errors(include_url=False)
    broken_inside = {told["loc"][:depth] for told in found for depth in range(len(told["loc"]))}
    return [
        _fault(told, path, places, (*inside, *_without_tags(told["loc"])))
        for told in found
        # pydantic does not count a broken entry: "0 of 3" would be said of three entries with a typing mistake each
        if not (told["type"] == "too_short" and told["loc"] in broken_inside)
    ]


def _fault(told: ErrorDetails, path: Path, places: TomlPlaces, place: Place) -> Fault:
    context = told.get("ctx", {})
    if told["type"] == FAULT:
        return Fault(course_path(path), places.line(place), context["what"], context["way_out"])
    if told["type"].startswith("union_tag"):
        place = (*place, "type")
    key = next((part for part in reversed(place) if isinstance(part, str)), "the file")
    said = _SAID.get(told["type"]) or _PATTERNS.get(context.get("pattern", ""))
    unforeseen = told["msg"].replace("{", "{{").replace("}", "}}")
    what, way_out = said or (f"`{{key}}` is not right: {unforeseen}.", "Mend it.")
    words = {"key": key, "known": ", ".join(_TYPES), **context}
    return Fault(course_path(path), places.line(place), what.format(**words), way_out.format(**words))


def _without_tags(place: Place) -> Place:
    """Drop what pydantic adds to a place: after the index of a question it names the question's type."""
    return (*place[:2], *place[3:]) if place[:1] == ("question",) and len(place) > 2 and place[2] in _TYPES else place
