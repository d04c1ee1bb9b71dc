"""The answer key as code: which question has a proof, and the source that the page shows."""

import ast
from pathlib import Path
from textwrap import dedent

from poolschool.course.source_text import python_tree, read_source

_PREFIX = "test_"


def read_proofs(path: Path) -> dict[str, str]:
    """Give the source of each `test_<id>` by question id; {} if there is no such file. Nothing is imported."""
    if not path.exists():
        return {}
    text = read_source(path)
    statements = python_tree(text, path).body
    lines = text.split("\n")
    return {
        statement.name.removeprefix(_PREFIX): _source(statement, lines)
        for statement in statements
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith(_PREFIX)
    }


def _source(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> str:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return dedent("\n".join(lines[first - 1 : function.end_lineno])) + "\n"
