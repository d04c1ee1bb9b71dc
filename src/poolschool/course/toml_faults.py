"""Read a TOML file that an author wrote; what is wrong with it is known in plain sentences, each with its line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from poolschool.course.faults import CourseFault, Fault, course_path
from poolschool.course.source_text import CONTROL, read_source
from poolschool.course.toml_lines import DEEPEST, Place, TomlPlaces
from poolschool.course.toml_table import FAULT

_AT_LINE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_TYPES = ("choice", "choose_all", "number", "output", "order")
_TOO_DEEP = (f"The values are nested more than {DEEPEST} deep.", "Make them flatter.")
_TOO_LARGE = ("This number is too large.", "Write one of at most 18 digits.")
_LONG_NUMBER = re.compile(r"\d[\d_]{4000}")
_WRITTEN_TWICE = (
    "Cannot overwrite a value",
    "Cannot declare",
    "Cannot mutate immutable namespace",
    "Cannot redefine namespace",
)
# What pydantic found, in words. `{key}` is the key; the rest comes from pydantic's context.
_WORDS = {
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


def read_toml(path: Path) -> tuple[dict[str, Any], TomlPlaces]:
    """Read values and lines of a TOML file; raise CourseFault if it cannot be read or holds what no file here may."""
    text = read_source(path)
    places = TomlPlaces(text)
    shown = course_path(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _AT_LINE.search(str(error))
        line = int(match["line"]) if match and match["line"] else text.rstrip("\n").count("\n") + 1
        problem = _AT_LINE.sub("", str(error))
        if problem.startswith(_WRITTEN_TWICE) or problem.startswith("Duplicate"):
            fault = Fault(shown, line, "This key or table is written twice.", "Remove or rename one of the two.")
        else:
            fault = Fault(shown, line, f"This is not TOML: {problem}.", "Look at this line and the one before it.")
        raise CourseFault([fault]) from None
    except RecursionError:
        raise CourseFault([Fault(shown, places.deepest(), *_TOO_DEEP)]) from None
    except ValueError:  # Python refuses to read a number of more than 4,300 digits
        line = next((number for number, row in enumerate(text.split("\n"), 1) if _LONG_NUMBER.search(row)), 0)
        raise CourseFault([Fault(shown, line, *_TOO_LARGE)]) from None
    if faults := [Fault(shown, places.line(place), *words) for place, words in _refused_values(data)]:
        raise CourseFault(faults)
    return data, places


def _refused_values(data: dict[str, Any]) -> Iterator[tuple[Place, tuple[str, str]]]:
    """Find values that no table here takes: too deep, too large, or text that cannot be shown. Without recursion."""
    waiting: list[tuple[Place, Any]] = [((), data)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict | list):
            if len(place) >= DEEPEST:
                yield place, _TOO_DEEP
                continue
            for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(key, str) and (match := CONTROL.search(key)):
                    yield (*place, key), _control(match[0])
                waiting.append(((*place, key), inner))
        elif isinstance(value, str) and (match := CONTROL.search(value.replace("\r\n", "\n"))):
            yield place, _control(match[0])
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            yield place, _TOO_LARGE


def _control(character: str) -> tuple[str, str]:
    return f"A control character (U+{ord(character):04X}) stands in this text.", "Remove it."


def faults_of(error: ValidationError, path: Path, places: TomlPlaces, inside: Place = ()) -> list[Fault]:
    """Say each of pydantic's findings in words, with its line; `inside` is the place of the table that was checked."""
    found = error.errors(include_url=False)
    broken_inside = {error["loc"][:depth] for error in found for depth in range(len(error["loc"]))}
    return [
        _fault(error, path, places, (*inside, *_without_tags(error["loc"])))
        for error in found
        # pydantic does not count a broken entry: "0 of 3" would be known of three entries with a typing mistake each
        if not (error["type"] == "too_short" and error["loc"] in broken_inside)
    ]


def _fault(error: ErrorDetails, path: Path, places: TomlPlaces, place: Place) -> Fault:
    context = error.get("ctx", {})
    if error["type"] == FAULT:
        return Fault(course_path(path), places.line(place), context["what"], context["way_out"])
    if error["type"].startswith("union_tag"):
        place = (*place, "type")
    key = next((part for part in reversed(place) if isinstance(part, str)), "the file")
    known = _WORDS.get(error["type"]) or _PATTERNS.get(context.get("pattern", ""))
    unforeseen = error["msg"].replace("{", "{{").replace("}", "}}")
    what, way_out = known or (f"`{{key}}` is not right: {unforeseen}.", "Correct it.")
    words = {"key": key, "known": ", ".join(_TYPES), **context}
    return Fault(course_path(path), places.line(place), what.format(**words), way_out.format(**words))


def _without_tags(place: Place) -> Place:
    """Drop what pydantic adds to a place: after the index of a question it names the question's type."""
    return (*place[:2], *place[3:]) if place[:1] == ("question",) and len(place) > 2 and place[2] in _TYPES else place
