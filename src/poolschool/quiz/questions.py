"""The quiz: what a question of each type must hold.

    Quiz ── Question  choice      exactly one option is right
                      choose_all  every right option, and no other
                      number      within a tolerance of a value
                      output      what a program prints, word for word
                      order       steps in their order

A file of questions is a `Quiz` without the topic, which follows from the file's name.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PrivateAttr
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import InitErrorDetails

from poolschool.course.toml_table import (
    AnyNumber,
    Name,
    Prose,
    Several,
    TomlTable,
    Verbatim,
    duplicates,
    fault_at,
    tables,
)

_RIGHT: JsonDict = {"properties": {"right": {"const": True}}, "required": ["right"]}


class Option(TomlTable):
    """One of the answers to choose from; `why` says why it is right or wrong, `belief` which belief misleads to it."""

    model_config = ConfigDict(json_schema_extra={"if": _RIGHT, "else": {"required": ["belief"]}})

    text: Prose
    right: bool = False
    why: Prose
    belief: Name = ""

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """Ask for a belief behind each wrong option, and behind none that is right."""
        if table.get("right") is True and "belief" in table:
            yield fault_at(("belief",), "A right option has a `belief`.", "Remove it, or the `right = true`.")
        if table.get("right", False) is False and "belief" not in table:
            yield fault_at((), "A wrong option has no `belief`.", "Name the belief that leads to it.")


class WrongNumber(TomlTable):
    """A number that people often give, with the reason why it is wrong."""

    value: Annotated[float, Field(allow_inf_nan=False)]
    why: Prose
    belief: Name


class WrongOutput(TomlTable):
    """An output that people often expect, with the reason why it is wrong."""

    prints: Verbatim
    why: Prose
    belief: Name


class Step(TomlTable):
    """A step of an order; `why` says why it stands where it stands."""

    text: Prose
    why: Prose


class _Question(TomlTable):
    """What every question has, whatever its type."""

    id: Name
    prompt: Prose
    code: Verbatim = ""
    solution: Annotated[tuple[Prose, ...], Field(min_length=2, strict=False)]
    answer: Prose
    check: Prose
    mistakes: Annotated[tuple[Prose, ...], Several]
    no_proof: Prose = ""
    _topic: str = PrivateAttr("")
    _version: int | None = PrivateAttr(None)

    @property
    def topic(self) -> str:
        """The topic of the lesson that asks."""
        return self._topic

    @property
    def version(self) -> int | None:
        """The number of a generated question's version; None for a question that was written."""
        return self._version

    @property
    def name(self) -> str:
        """The question whatever its version: `why_pooling.purpose`."""
        return f"{self._topic}.{self.id}"

    @property
    def uid(self) -> str:
        """The id that leaves the repository: `why_pooling.purpose`, `engine_and_pool.cap.17` for a version."""
        return self.name if self._version is None else f"{self.name}.{self._version}"

    def place(self, topic: str, version: int | None = None) -> Self:
        """Give the question its place: the lesson's topic and, if it is generated, its version."""
        self._topic, self._version = topic, version
        return self

    @cached_property
    def content_hash(self) -> str:
        """12 hex digits over what is asked and what is right; a better explanation leaves them as they are."""
        explanations = {"solution", "answer", "check", "mistakes", "no_proof", "wrong", "id"}
        asked = self.model_dump(mode="json", exclude=explanations)
        for part in (*asked.get("options", ()), *asked.get("steps", ())):
            part.pop("why"), part.pop("belief", None)
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _same_text(table: dict[str, Any], key: str) -> Iterator[InitErrorDetails]:
    return duplicates(table, key, "text", f"Two of the {key}s have the same text: {{!r}}.")


def _count_right(table: dict[str, Any]) -> int:
    return sum(option.get("right") is True for option in tables(table, "option"))


class Choice(_Question):
    """Choose one of at least three options."""

    type: Literal["choice"]
    options: Annotated[
        tuple[Option, ...],
        Field(alias="option", min_length=3, strict=False),
        Field(json_schema_extra={"contains": _RIGHT, "minContains": 1, "maxContains": 1}),
    ]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """Exactly one option is right; no two read the same."""
        yield from _same_text(table, "option")
        if tables(table, "option") and (right := _count_right(table)) != 1:
            yield fault_at(("type",), f"{right} options are right where one must be.", "Mark one with `right = true`.")


class ChooseAll(_Question):
    """Choose every right option and no other."""

    type: Literal["choose_all"]
    options: Annotated[
        tuple[Option, ...],
        Field(alias="option", min_length=2, strict=False),
        Field(json_schema_extra={"contains": _RIGHT}),
    ]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """At least one option is right and one is wrong; no two read the same."""
        yield from _same_text(table, "option")
        options, right = tables(table, "option"), _count_right(table)
        if options and right == 0:
            yield fault_at(("type",), "No option is right.", "Mark every right one with `right = true`.")
        if options and right == len(options):
            yield fault_at(("type",), "No option is wrong.", "Add one that people take for right.")


class Number(_Question):
    """Give a number; `tolerance` is absolute and in the same unit."""

    type: Literal["number"]
    value: Annotated[float, Field(allow_inf_nan=False)]
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    unit: Prose = ""
    wrong: Annotated[tuple[WrongNumber, ...], AnyNumber]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """No known wrong number is within the tolerance of the right one."""
        value, tolerance = table.get("value"), table.get("tolerance", 0)
        for index, wrong in enumerate(tables(table, "wrong")):
            numbers = (value, tolerance, wrong.get("value"))
            if all(isinstance(number, int | float) for number in numbers) and abs(wrong["value"] - value) <= tolerance:
                what = f"{decimal(wrong['value'])} counts as right: it is within the tolerance."
                yield fault_at(("wrong", index, "value"), what, "Change it, or the tolerance.")


class Output(_Question):
    """Say what `program` prints; the course's tests run it."""

    type: Literal["output"]
    program: Verbatim
    prints: Verbatim
    wrong: Annotated[tuple[WrongOutput, ...], AnyNumber]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """No known wrong output is the right one."""
        for index, wrong in enumerate(tables(table, "wrong")):
            prints = wrong.get("prints")
            if isinstance(prints, str) and output_lines(prints) == output_lines(str(table.get("prints"))):
                yield fault_at(("wrong", index, "prints"), "This wrong output is right.", "Change it, or `prints`.")


class Order(_Question):
    """Put at least three steps in order; the file has them in the right one."""

    type: Literal["order"]
    steps: Annotated[tuple[Step, ...], Field(alias="step", min_length=3, strict=False)]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """No two steps read the same."""
        return _same_text(table, "step")


Question = Annotated[Choice | ChooseAll | Number | Output | Order, Field(discriminator="type")]


class Quiz(TomlTable):
    """The questions of one lesson, in the order of the file."""

    not_written = frozenset({"topic"})
    topic: SkipJsonSchema[Name]
    title: Prose
    questions: Annotated[tuple[Question, ...], Field(alias="question", min_length=1, strict=False)]

    @classmethod
    def rules(cls, table: dict[str, Any]) -> Iterator[InitErrorDetails]:
        """Each question has an id of its own."""
        return duplicates(table, "question", "id", "The id {!r} is taken by an earlier question.")

    def model_post_init(self, _: Any) -> None:
        """Tell each question the topic that its uid begins with."""
        for question in self.questions:
            question.place(self.topic)


def decimal(value: float) -> str:
    """Write a number as people type it: twelve digits at most, no point where none is needed."""
    return f"{value:.12g}"


def output_lines(text: str) -> list[str]:
    """Split an output into lines, without blanks at their ends and without blank lines around them."""
    lines = [line.rstrip(" \t\f\v\u00a0") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return lines
