"""The JSON Schema for editors describes what the reader accepts."""

import json
import tomllib
from pathlib import Path

import pytest

from poolschool.quiz.schema import quiz_schema, write_schema

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "quizzes/quiz.schema.json"
QUIZZES = [
    *sorted((ROOT / "quizzes").rglob("l*.toml")),
    Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps.toml",
]


def test_the_kept_schema_is_the_generated_one(tmp_path: Path) -> None:
    """quizzes/quiz.schema.json is what `poolschool schema` writes; if not, run `poolschool schema quizzes/quiz.schema.json`."""
    assert write_schema(tmp_path / "schema.json") == 0
    assert SCHEMA.read_text(encoding="utf-8") == (tmp_path / "schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_a_quiz_names_its_schema(path: Path) -> None:
    """The first line of a quiz leads editors to the schema, seen from the quiz."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#:schema ")
    assert (path.parent / first.removeprefix("#:schema ")).resolve() == SCHEMA


@pytest.mark.parametrize("path", QUIZZES, ids=lambda path: path.stem)
def test_the_schema_knows_every_key(path: Path) -> None:
    """Each key that a quiz uses stands in the schema, and each key that the schema requires stands in the quiz."""
    schema = quiz_schema()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(schema["required"]) <= data.keys() <= set(schema["properties"])
    by_type = {
        kind["properties"]["type"]["const"]: kind for kind in schema["$defs"].values() if "type" in kind["properties"]
    }
    for question in data["question"]:
        kind = by_type[question["type"]]
        assert set(kind["required"]) <= question.keys() <= set(kind["properties"])
        for key in question.keys() & {"option", "step", "wrong"}:
            inner = schema["$defs"][kind["properties"][key]["items"]["$ref"].rpartition("/")[2]]
            for table in question[key]:
                assert set(inner["required"]) <= table.keys() <= set(inner["properties"])


def test_the_schema_is_of_its_dialect() -> None:
    """It names draft 2020-12, forbids unknown keys and tells the types of question apart; the topic is not in it."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert "topic" not in schema["properties"]
    assert len(schema["properties"]["question"]["items"]["oneOf"]) == 5
