"""What a piece of code needs that Python in the page has not, told from its text; "" if it can run there."""

import ast
import re
import sys
from pathlib import Path

from poolschool.course.source_text import read_source

PYTHON_MB = 17  # what the first Run of a cell with SQLAlchemy fetches, once; a test adds it up

_SIGNS = {
    "PostgreSQL": r"\b(import|from) psycopg\b|\bpsycopg\.|POOLSCHOOL_DATABASE_URL|\bdatabase_url\(\)|\bpostgres_url\b"
    r"|\.postgresql\b",
    "processes": r"\bsubprocess\b|\bmultiprocessing\b|\buvicorn\b",
    "threads": r"\bThread\b|\bThreadPoolExecutor\b|\bthreading\b|\bto_thread\b|mark\.threads\b",
    "sockets": r"\bsocket\b|\bsocketserver\b",
    "greenlets": r"\bgreenlet\b|\bcreate_async_engine\b",
}
_LIBRARIES = {"anyio", "fastapi", "pydantic", "pytest", "sqlalchemy", "starlette", "typing_extensions"}


def needs(text: str) -> str:
    """Name the first thing that this program needs and the page has not."""
    return next((name for name, sign in _SIGNS.items() if re.search(sign, text)), "")


def proof_needs(path: Path) -> dict[str, str]:
    """Name it for each proof of a file by question id; what a proof uses of its file counts as part of it."""
    text = read_source(path)
    lines = text.split("\n")
    body = ast.parse(text).body
    statements = {
        name: ("\n".join(lines[_first(statement) - 1 : statement.end_lineno]), _used(statement))
        for statement in body
        for name in _names(statement)
    }
    whole = _import_needs(body)
    return {
        name.removeprefix("test_"): whole or needs("\n".join(_parts(name, statements, set())))
        for name in statements
        if name.startswith("test_")
    }


def _import_needs(body: list[ast.stmt]) -> str:
    """Name the first thing without which not even the file can be imported."""
    for statement in body:
        match statement:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module)):
                modules = [module]
            case _:
                continue
        for module in modules:
            top = module.split(".")[0]
            if top not in sys.stdlib_module_names | _LIBRARIES:
                return needs(f"import {top}") or f"the course's own module {top}"
    return ""


def _parts(name: str, statements: dict[str, tuple[str, set[str]]], seen: set[str]) -> list[str]:
    if name in seen or name not in statements:
        return []
    seen.add(name)
    text, used = statements[name]
    return [text, *(part for other in used for part in _parts(other, statements, seen))]


def _first(statement: ast.stmt) -> int:
    """Give the line on which a statement begins, its decorators included."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and statement.decorator_list:
        return statement.decorator_list[0].lineno
    return statement.lineno


def _used(statement: ast.stmt) -> set[str]:
    return {
        node.id if isinstance(node, ast.Name) else node.arg
        for node in ast.walk(statement)
        if isinstance(node, ast.Name | ast.arg)
    }


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []
