"""What pydantic finds wrong with a value, in words for whoever wrote it."""

from collections.abc import Mapping, Sequence
from typing import Any

_WORDS = {
    "missing": "it is missing.",
    "string_type": "it is not a text.",
    "string_too_long": "it is longer than {max_length} characters.",
    "string_too_short": "it is empty.",
    "string_pattern_mismatch": "it may hold small letters, digits, - and _, and begins with a letter or digit.",
    "int_type": "it is not a whole number.",
    "int_parsing": "it is not a whole number.",
    "float_type": "it is not a number.",
    "finite_number": "it is not a finite number.",
    "greater_than": "it must be more than {gt:g}.",
    "greater_than_equal": "it must be {ge:g} or more.",
    "less_than": "it must be less than {lt:g}.",
    "less_than_equal": "it must be {le:g} or less.",
    "list_type": "it is not a list.",
    "tuple_type": "it is not a list.",
    "too_long": "it has more than {max_length} entries.",
    "too_short": "it has fewer than {min_length} entries.",
    "literal_error": "it must be {expected}.",
    "model_type": "it is not a table of values.",
    "datetime_type": "it is not a date and time.",
    "none_required": "it is not empty.",
}


def in_words(error: Mapping[str, Any]) -> str:
    """Return the sentence for one of pydantic's errors, without the name of the field."""
    context = error.get("ctx", {})
    if error["type"] == "fault":
        return f"{context['what']} {context['way_out']}"
    if error["type"] == "value_error":
        return f"{context['error']}."
    kind = error["type"]
    if isinstance(error.get("input"), str) and kind in (
        "too_long",
        "too_short",
    ):  # counted after something was made of it
        kind = f"string_{kind}"
    return _WORDS.get(kind, "it is not right.").format(**context)


def option_name(place: Sequence[str | int]) -> str:
    """Return the option by which a field of an assignment is given."""
    return f"--{place[0]}" if place and place[0] != "question" else "the questions"


def field_name(place: Sequence[str | int], kinds: Sequence[str] = ()) -> str:
    """Return a field as its reader writes it: `answers[3].hash`; pydantic's own names of a union's `kinds` are left out."""
    name = ""
    for part in place:
        if isinstance(part, int):
            name += f"[{part}]"
        elif part in kinds or not part.isidentifier():
            return name
        else:
            name += f".{part}" if name else part
    return name
