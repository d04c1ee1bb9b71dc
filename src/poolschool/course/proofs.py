"""The answer key as code: which question has a proof, and the source that the page shows."""

import ast
from pathlib import Path
from textwrap import dedent

from poolschool.course.faults import CourseFault, Fault
from poolschool.course.toml_faults import course_path

_PREFIX = "test_"


def read_proofs(path: Path) -> dict[str, str]:
    """Give the source of each `test_<id>` by question id; {} if there is no such file. Nothing is imported."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    try:
        statements = ast.parse(text).body
    except SyntaxError as error:
        fault = Fault(course_path(path), error.lineno or 0, f"This is not Python: {error.msg}.", "Mend it.")
        raise CourseFault([fault]) from None
    lines = text.splitlines()
    return {
        statement.name.removeprefix(_PREFIX): _source(statement, lines)
        for statement in statements
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith(_PREFIX)
    }


def _source(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> str:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    return dedent("\n".join(lines[first - 1 : function.end_lineno])) + "\n"
