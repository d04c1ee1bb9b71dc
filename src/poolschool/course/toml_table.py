"""What a table in a TOML file must hold: strict, frozen models that name every fault at once.

Pydantic alone stops at the keys: a rule that spans several keys is not looked at while one of them is wrong, and an
unknown key is only called forbidden. A `TomlTable` looks at keys, values and rules in one go and knows the near miss.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from poolschool.course.source_text import control_character

FAULT = "fault"  # the error type of our own findings; their context holds `what` and `way_out`

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=60)]


def _readable(text: str) -> str:
    """Refuse a text with a character that would break terminals and LMS packages."""
    if name := control_character(text):
        what = f"A control character ({name}) stands in this text."
        raise PydanticCustomError(FAULT, "{what} {way_out}", {"what": what, "way_out": "Remove it."})
    return text


Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_readable)]
Verbatim = Annotated[
    str,
    StringConstraints(pattern=r"\S"),
    AfterValidator(lambda text: text.strip("\n")),
    AfterValidator(_readable),
]
# TOML gives lists; strictness about them would ask authors for tuples, which TOML does not have.
Several = Field(min_length=1, strict=False)
AnyNumber = Field(default=(), strict=False)


def fault_at(place: tuple[str | int, ...], what: str, way_out: str, value: object = None) -> InitErrorDetails:
    """Describe a fault at `place` (keys and indexes, from this table on) in two whole sentences."""
    kind = PydanticCustomError(FAULT, "{what} {way_out}", {"what": what, "way_out": way_out})
    return InitErrorDetails(type=kind, loc=place, input=value)


def tables(table: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Give the tables of `[[key]]`, or nothing if the author wrote something else there."""
    entries = table.get(key)
    return entries if isinstance(entries, list) and all(isinstance(item, dict) for item in entries) else []


def duplicates(table: dict[str, Any], key: str, inner: str, what: str) -> Iterator[InitErrorDetails]:
    """Find two tables of `[[key]]` that have the same value at `inner`."""
    seen: set[str] = set()
    for index, item in enumerate(tables(table, key)):
        value = item.get(inner)
        if isinstance(value, str) and value.strip() in seen:
            yield fault_at((key, index, inner), what.format(value.strip()), "Change or remove one of the two.")
        seen.add(value.strip() if isinstance(value, str) else "")


class TomlTable(BaseModel):
    """A table as an author writes it. A broken one raises ValidationError with all that is wrong in it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    not_written: ClassVar[frozenset[str]] = frozenset()  # fields that the file's name or a header gives

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """Find what breaks a rule that spans several keys; `table` is as read, nothing in it is checked yet."""
        del table
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        faults = [*cls.rules(data)] if isinstance(data, dict) else []
        try:
            table = handler(data)
        except ValidationError as error:
            faults += cls._unknown_keys(data) if isinstance(data, dict) else ()
            faults += [_again(each) for each in error.errors(include_url=False) if each["type"] != "extra_forbidden"]
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return table

    @classmethod
    def _unknown_keys(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        written = [key for key in known if key not in cls.not_written]
        for key in table.keys() - set(known):
            near = get_close_matches(key, written, n=1)
            way_out = f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(written)}."
            yield fault_at((key,), f"The key `{key}` is unknown.", way_out)


def _again(error: Any) -> InitErrorDetails:
    """Turn a reported error back into one that can be raised."""
    context = error.get("ctx", {})
    kind = PydanticCustomError(FAULT, "{what} {way_out}", context) if error["type"] == FAULT else error["type"]
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context)
