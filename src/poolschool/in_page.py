"""What a piece of code needs that Python in the page has not, told from its text; "" if it can run there."""

import ast
import re
from pathlib import Path

_SIGNS = {
    "PostgreSQL": r"\bpsycopg\b|POOLSCHOOL_DATABASE_URL|\bdatabase_url\(\)|\bpostgres_url\b|\.postgresql\b",
    "processes": r"\bsubprocess\b|\bmultiprocessing\b|\buvicorn\b",
    "threads": r"\bThread\b|\bThreadPoolExecutor\b|\bthreading\b|\bto_thread\b|mark\.threads\b",
    "sockets": r"\bsocket\b|\bsocketserver\b",
}


def needs(text: str) -> str:
    """Name the first thing that this program needs and the page has not."""
    return next((name for name, sign in _SIGNS.items() if re.search(sign, text)), "")


def proof_needs(path: Path) -> dict[str, str]:
    """Name it for each proof of a file by question id; what a proof uses of its file counts as part of it."""
    text = path.read_text(encoding="utf-8")
    if "import psycopg" in text:  # then not even the file can be imported
        return dict.fromkeys(re.findall(r"^def test_(\w+)", text, re.MULTILINE), "PostgreSQL")
    statements = {name: statement for statement in ast.parse(text).body for name in _names(statement)}
    return {
        name.removeprefix("test_"): needs("\n".join(_parts(name, statements, set())))
        for name in statements
        if name.startswith("test_")
    }


def _parts(name: str, statements: dict[str, ast.stmt], seen: set[str]) -> list[str]:
    if name in seen or name not in statements:
        return []
    seen.add(name)
    used = {node.id for node in ast.walk(statements[name]) if isinstance(node, ast.Name)}
    used |= {node.arg for node in ast.walk(statements[name]) if isinstance(node, ast.arg)}
    return [ast.unparse(statements[name]), *(part for other in used for part in _parts(other, statements, seen))]


def _names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []
