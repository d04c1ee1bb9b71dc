"""What the proofs share: a real PostgreSQL, and a folder of their own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def postgres_url() -> str:
    """Give the address of a real PostgreSQL, started when the first proof asks."""
    from poolschool.database.running import running_url

    return running_url()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `sqlite:///store.db` mean a fresh file for every proof."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def versions(request: pytest.FixtureRequest) -> list[Any]:
    """Give all versions of the generated question that the test is named for, as pairs: what it is about, the question."""
    from poolschool.course.lessons import load_course
    from poolschool.quiz.generated import VERSIONS, generated_questions

    module = request.path.stem.removesuffix("_generated_proof")
    asked = generated_questions(load_course().lesson(module))[request.node.name.removeprefix("test_")]
    return [(asked.given(number), asked.version(number)) for number in range(VERSIONS)]
