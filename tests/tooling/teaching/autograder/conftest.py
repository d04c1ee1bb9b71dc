"""The zip for Gradescope, made of a tiny course and laid out as the service does."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_course import make_course
from gradescope_service import service

from poolschool.course.lessons import find_root
from poolschool.teaching.autograder.gradescope_export import export_gradescope

REAL = find_root(Path(__file__))


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fake course that has the real lock."""
    root = make_course(tmp_path_factory.mktemp("course"))
    (root / ".ci").mkdir()
    shutil.copy(REAL / ".ci" / "requirements.lock", root / ".ci")
    return root


@pytest.fixture(scope="module")
def export(fake: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Give a function that exports the fake course and gives the zip."""

    def exported(*topics: str, **options: Any) -> Path:
        output = tmp_path_factory.mktemp("export")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POOLSCHOOL_ROOT", str(fake))
            assert export_gradescope(topics, output, **options) == 0
        return output / "gradescope.zip"

    return exported


@pytest.fixture(scope="module")
def root(export: Callable[..., Path]) -> Iterator[Path]:
    """Give the fake course's autograder, set up."""
    folder = service(export("lamps", points={"lamps": 2.5}, site="https://school.example/pools/"))
    yield folder
    shutil.rmtree(folder)
