"""Every text that the libraries' pool code raises has a page, or a reason why it needs none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg_pool
import pytest
import sqlalchemy

from poolschool.course.lessons import find_root
from poolschool.errors.entry import load_entries

ROOT = find_root(Path(__file__).parent)
ENTRIES = load_entries(ROOT)
POOLS = Path(sqlalchemy.__file__).parent, Path(psycopg_pool.__file__).parent
FILES = [
    *(POOLS[0] / "pool").glob("*.py"),
    POOLS[0] / "util/queue.py",
    *(POOLS[1] / f"{name}.py" for name in ("base", "pool", "pool_async", "null_pool", "null_pool_async")),
]
# What nobody meets in an application that runs, by its beginning.
NO_PAGE = {
    "The ping feature requires that a dialect": "a pool that is made by hand",
    "connection is not checked out": "AssertionPool, which is for tests of the library",
    "connection is already checked out": "AssertionPool, which is for tests of the library",
    "Using 'close_returns=True'": "said once, when the pool is made",
    "connection left in status": "in the log of a pool with a function of one's own",
    "can't return connection to pool": "a connection of another pool",
    "num_workers must be": "said once, when the pool is made",
    "min_size cannot be": "said once, when the pool is made",
    "max_size must be": "said once, when the pool is made",
    "if min_size is 0": "said once, when the pool is made",
    "pool has already been opened/closed": "said once, when the pool is opened again",
    "X open with no running loop": "said once, when the pool is made",
}


def raised() -> Iterator[str]:
    """Give the literal texts of all `raise` statements, their variable parts as X."""
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_raised = isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args
            if is_raised and (text := literal(node.exc.args[0])):
                yield re.sub(r"%[\d.]*[a-z]", "X", text)


def literal(node: ast.expr) -> str:
    """Give the text of a constant, of a format and of an f-string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Mod()):
            return literal(left)
        case ast.BinOp(left=left, right=right):
            return literal(left) + literal(right)
        case ast.JoinedStr(values=parts):
            return "".join(literal(part) if isinstance(part, ast.Constant) else "X" for part in parts)
    return ""


TEXTS = sorted(set(raised()))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_the_pools_has_a_page(text: str) -> None:
    """A page's pattern finds it, or it stands in NO_PAGE, and not both."""
    has_page = any(re.search(one, text) for entry in ENTRIES for one in entry.patterns)
    needs_none = any(text.startswith(begin) for begin in NO_PAGE)
    assert has_page != needs_none, text


def test_no_reason_is_left_over() -> None:
    """What the libraries do not raise any more is taken out of NO_PAGE."""
    assert len(TEXTS) > 12
    for begin in NO_PAGE:
        assert any(text.startswith(begin) for text in TEXTS), begin
