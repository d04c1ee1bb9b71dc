"""Content stands alone: what a learner reads and runs imports the libraries taught, and no tooling."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUBS_AND_SOLUTIONS = [
    path
    for tree in ("exercises", "solutions")
    for path in sorted((ROOT / tree).rglob("l*.py"))
    if not path.stem.endswith("_test")
]
PROOFS = sorted((ROOT / "quizzes").rglob("*_proof.py"))
CHECKERS = sorted((ROOT / "exercises").rglob("*_test.py"))


def tooling_imported(path: Path) -> Iterator[str]:
    """Name the modules of poolschool that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [
                f"{node.module}.{alias.name}" if node.module == "poolschool" else str(node.module)
                for alias in node.names
            ]
        yield from {name for name in names if name.split(".")[0] == "poolschool"}


@pytest.mark.parametrize("path", STUBS_AND_SOLUTIONS + PROOFS, ids=lambda path: path.name)
def test_content_imports_no_tooling(path: Path) -> None:
    """Stubs, solutions and proofs run without the course's tooling."""
    assert list(tooling_imported(path)) == []


@pytest.mark.parametrize("path", CHECKERS, ids=lambda path: path.name)
def test_a_checker_imports_only_the_checks(path: Path) -> None:
    """Of the tooling, a checker imports poolschool.checks and poolschool.schedules, and nothing else."""
    rooms = {".".join(name.split(".")[:2]) for name in tooling_imported(path)}
    assert rooms <= {"poolschool.checks", "poolschool.schedules"}
