"""The results file is what its documentation says."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from poolschool.grading.pool_use import Borrower, PoolUse, plain
from poolschool.grading.verdict import LessonResult, Verdict, results_from_json, results_json, results_schema

PASSED = Verdict(1, "Add", "passed", seconds=0.012)
USE = PoolUse(3, (Borrower(2, "Thread-1", 14, 12.0, 100.1, 0.0, "gave up"),))
FAILED = Verdict(
    2, "Add more", "failed", called="add(20, 3)", got="17", expected="23", hint="Plus.", where="l.py:2", pool=plain(USE)
)
RESULTS = [
    LessonResult("lamps", "Lamps", "p1_why/l01_lamps", (PASSED, FAILED)),
    LessonResult("none", "No tasks", "p1_why/l02_none", ()),
]
KINDS = {"string": str, "integer": int, "number": (int, float), "array": list, "object": dict}


def breaches(value: Any, schema: dict[str, Any], place: str = "results") -> list[str]:
    """Hold a value against the few words of JSON Schema that ours uses."""
    if "const" in schema:
        return [] if value == schema["const"] else [f"{place}: {value!r}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place}: {value!r}"]
    if not isinstance(value, KINDS[schema["type"]]):
        return [f"{place} is not of type {schema['type']}"]
    if schema["type"] == "array":
        return [fault for item in value for fault in breaches(item, schema["items"], f"{place}[]")]
    if schema["type"] == "object":
        if set(value) != set(schema["required"]) or set(value) != set(schema["properties"]):
            return [f"{place} has other keys: {sorted(value)}"]
        return [
            fault
            for key, item in value.items()
            for fault in breaches(item, schema["properties"][key], f"{place}.{key}")
        ]
    return []


def test_a_results_file_keeps_its_schema() -> None:
    """What is written has exactly the fields and types of the JSON Schema."""
    data = json.loads(json.dumps(results_json(RESULTS, "exercises")))
    assert breaches(data, results_schema()) == []


@pytest.mark.parametrize("change", [{"status": "perhaps"}, {"task": "1"}, {"more": 1}])
def test_the_schema_notices(change: dict[str, Any]) -> None:
    """Another status, another type or another field breaks the schema."""
    data = results_json(RESULTS, "exercises")
    data["lessons"][0]["tasks"][0] |= change
    assert len(breaches(data, results_schema())) == 1


def test_results_can_be_read_back() -> None:
    """Writing and reading gives the same results, and a field of a later version is passed over."""
    data = json.loads(json.dumps(results_json(RESULTS, "exercises")))
    data["lessons"][0]["tasks"][0]["later"] = True
    assert results_from_json(data) == RESULTS


def test_another_file_is_refused() -> None:
    """A file of another schema is not read as results."""
    with pytest.raises(ValueError, match="not a results file of schema poolschool/results/v1"):
        results_from_json({"schema": "classroom50/result/v1"})


def test_the_first_open_task_is_where_to_go_on() -> None:
    """A lesson counts what passed and names its first open task."""
    assert (RESULTS[0].passed, RESULTS[0].total, RESULTS[0].first_open) == (1, 2, FAILED)
    assert RESULTS[1].first_open is None


def test_the_model_needs_only_the_standard_library() -> None:
    """The model runs where nothing is installed, as in the page."""
    imported = set()
    for name in ("verdict", "pool_use"):
        text = (Path(__file__).parents[3] / f"src/poolschool/grading/{name}.py").read_text(encoding="utf-8")
        imported |= {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported - sys.stdlib_module_names == {"collections.abc", "poolschool.grading.pool_use"}
