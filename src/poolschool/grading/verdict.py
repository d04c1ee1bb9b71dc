"""What grading says: one Verdict per task, one LessonResult per lesson. Standard library only: it also runs in the page.

The results file of `pytest exercises --results FILE` is `results_json`:

    {"schema": "poolschool/results/v1", "target": "exercises", "when": "2026-11-22T10:00:00+00:00",
     "passed": 7, "total": 14,
     "lessons": [{"topic": "leaks", "title": "…", "stem": "p3_breaks/l09_leaks", "passed": 3, "total": 5,
                  "tasks": [{"task": 1, "title": "…", "status": "passed", …every field of Verdict…}]}]}

`target` is what was graded: `exercises`, `solutions` or a submission's folder. `results_schema` is its JSON Schema.
"""

from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from poolschool.grading.pool_use import PoolUse, plain, pool_use_schema

Status = Literal["passed", "failed", "blocked", "error"]
SCHEMA = "poolschool/results/v1"


@dataclass(frozen=True)
class Verdict:
    """The outcome of one task.

    `failed` is the learner's to fix, `blocked` waits for an earlier task, `error` is the checker's or the machine's fault.
    `called`, `got`, `expected` and `hint` are sentences for the learner; `where` is `file:line` in the learner's file,
    `code` that line; `output` what the learner's code printed; `trace` its frames, shown on request; `seconds` how long it took;
    `forbidden` what the answer tried, or changed in the grading, that no answer may; of a passed task, what a library was
    refused while it ran; `pool` who asked for connections until it failed, as poolschool.grading.pool_use has it.
    """

    task: int
    title: str
    status: Status
    called: str = ""
    got: str = ""
    expected: str = ""
    hint: str = ""
    belief: str = ""
    where: str = ""
    code: str = ""
    output: str = ""
    trace: str = ""
    seconds: float = 0.0
    forbidden: str = ""
    pool: dict[str, Any] = field(default_factory=lambda: plain(PoolUse()))


@dataclass(frozen=True)
class LessonResult:
    """All verdicts of one lesson, in the order of its tasks."""

    topic: str
    title: str
    stem: str
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> int:
        return sum(verdict.status == "passed" for verdict in self.verdicts)

    @property
    def total(self) -> int:
        return len(self.verdicts)

    @property
    def first_open(self) -> Verdict | None:
        """The first task that is not passed: where the learner goes on."""
        return next((verdict for verdict in self.verdicts if verdict.status != "passed"), None)


def results_json(results: list[LessonResult], target: str) -> dict[str, Any]:
    """Make the content of a results file; see the module's text for its shape."""
    return {
        "schema": SCHEMA,
        "target": target,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "passed": sum(result.passed for result in results),
        "total": sum(result.total for result in results),
        "lessons": [
            {
                "topic": result.topic,
                "title": result.title,
                "stem": result.stem,
                "passed": result.passed,
                "total": result.total,
                "tasks": [asdict(verdict) for verdict in result.verdicts],
            }
            for result in results
        ],
    }


def results_schema() -> dict[str, Any]:
    """Make the JSON Schema (draft 2020-12) of a results file from the fields that are written."""
    kinds: dict[Any, dict[str, Any]] = {str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}}
    text, count = kinds[str], {"type": "integer", "minimum": 0}
    task = {each.name: kinds.get(each.type) or {"enum": list(get_args(each.type))} for each in fields(Verdict)}
    task["pool"] = pool_use_schema()
    lesson = {"topic": text, "title": text, "stem": text, "passed": count, "total": count, "tasks": _list_of(task)}
    top = {"schema": {"const": SCHEMA}, "target": text, "when": {"type": "string", "format": "date-time"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object(top | {"passed": count, "total": count, "lessons": _list_of(lesson)}),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


def results_from_json(data: dict[str, Any]) -> list[LessonResult]:
    """Read a results file back; raise ValueError for another schema."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"This is not a results file of schema {SCHEMA}.")
    known = {each.name for each in fields(Verdict)}
    return [
        LessonResult(
            lesson["topic"],
            lesson["title"],
            lesson["stem"],
            tuple(Verdict(**{key: value for key, value in task.items() if key in known}) for task in lesson["tasks"]),
        )
        for lesson in data["lessons"]
    ]
