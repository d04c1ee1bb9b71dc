"""The JSON Schema of quiz files, made from the model: what an editor needs to complete keys and mark mistakes."""

import json
from pathlib import Path
from typing import Any

from poolschool.quiz.questions import Quiz

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def quiz_schema() -> dict[str, Any]:
    """Describe a quiz file as JSON Schema, draft 2020-12."""
    return {"$schema": SCHEMA_DIALECT, **Quiz.model_json_schema(), "title": "A quiz of Pool School"}


def write_schema(path: Path) -> int:
    """Write the JSON Schema of quiz files; the course keeps it at quizzes/quiz.schema.json."""
    path.write_text(json.dumps(quiz_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return 0
