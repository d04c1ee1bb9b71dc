"""What a student hands in: a result file of the site's assigned mode, read strictly and believed in nothing but its answers.

    {"schema": "poolschool/handed_in/v1", "check": "CRC-32 of `paper` as compact JSON, 8 hex digits", "paper": {
       "assignment": "pools-week-3", "digest": "Assignment.digest of the link", "student": "ada", "name": "",
       "began": "2026-11-23T10:00:00.000Z", "handed_in": "2026-11-23T10:13:32.000Z", "seconds": 812, "times_handed_in": 1,
       "answers": [{"question": "leaks.the_cure", "version": null, "hash": "content_hash of what was shown", "answer": 2}]}}

`answer` is null, an index, a list of indexes (of the quiz file's order, whatever was shown) or a text. The check tells damage
and careless edits; whoever forges a file can compute it.
"""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poolschool.teaching.assignments.assignment import YEARS, crc
from poolschool.teaching.assignments.field_words import field_name, in_words

SCHEMA = "poolschool/handed_in/v1"
MOST_BYTES = 1_000_000
MOST = 1_000_000_000  # of any number: seconds in 30 years, and more options than there are
Index = Annotated[int, Field(ge=-MOST, le=MOST)]
UNION = ("str", "int", "list")  # what pydantic calls the kinds of an answer
MOST_PARTS = 3  # of a place that is not within a union
_LONE = re.compile("[\ud800-\udfff]")


class BadResult(Exception):
    """A file that is no sound result; its text says why, in a sentence. `paper` holds what can be read all the same."""

    def __init__(self, why: str, paper: "ResultPaper | None" = None) -> None:
        super().__init__(why)
        self.paper = paper


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Answer(_Strict):
    """The answer to one question; `version` is None for a question that was written."""

    question: str = Field(max_length=130)
    version: int | None = Field(ge=0, le=10_000)
    hash: str = Field(max_length=64)
    answer: Index | Annotated[list[Index], Field(max_length=1000)] | str | None


class ResultPaper(_Strict):
    """What a student handed in; times are the student's clock's, in UTC."""

    assignment: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    student: str = Field(max_length=300)
    name: str = Field(default="", max_length=300)
    began: str = Field(default="", max_length=40)
    handed_in: str = Field(max_length=40)
    seconds: int = Field(default=0, ge=0, le=MOST)
    times_handed_in: int = Field(default=1, ge=1, le=MOST)
    answers: list[Answer] = Field(max_length=1000)

    @property
    def when(self) -> datetime | None:
        """When it was handed in, by the student's clock; None if that cannot be read."""
        try:
            moment = datetime.fromisoformat(self.handed_in)
        except ValueError:
            return None
        if moment.year not in YEARS:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_result(data: bytes) -> ResultPaper:
    """Read a result file; raise BadResult with the reason if it cannot be believed to be what the page wrote."""
    if len(data) > MOST_BYTES:
        raise BadResult(f"The file has {len(data):,} bytes; a result has a few thousand.")
    if not data.strip():
        raise BadResult("The file is empty.")
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
        content = json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise BadResult("The file is not text in UTF-8.") from None
    except (ValueError, RecursionError):
        end = "" if text.rstrip().endswith("}") or not text.lstrip().startswith("{") else " It seems to be cut off."
        raise BadResult(f"The file is not JSON.{end}") from None
    if not isinstance(content, dict) or not str(content.get("schema", "")).startswith("poolschool/handed_in/"):
        raise BadResult("This is not a result file of Pool School.")
    if content["schema"] != SCHEMA:
        raise BadResult(f"The file is of schema {str(content['schema'])[:60]}; this version reads {SCHEMA}.")
    try:
        paper = ResultPaper.model_validate(content.get("paper"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = field_name(first["loc"], UNION) or "paper"
        why = "it is of another kind." if len(first["loc"]) > MOST_PARTS else in_words(first)
        raise BadResult(f"`{place}` is not as the page writes it: {why}") from None
    if content.get("check") != crc(canonical(content["paper"])):
        raise BadResult("The check does not fit: the file was edited, or damaged on its way.", paper)
    return paper


def canonical(paper: dict[str, Any]) -> str:
    """Write a paper as the page's JSON.stringify does, half surrogate pairs included."""
    text = json.dumps(paper, ensure_ascii=False, separators=(",", ":"))
    return _LONE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
