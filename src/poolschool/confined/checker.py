"""A checker, imported with a question before each of its statements: whether what judges is still what it was.

A lie that lasts from a call of the learner's code to the next statement is seen there. The question is a constant of the
compiled code, so that no name leads to it; what the checker takes from others is looked up before the learner's code runs.
"""

import ast
import importlib
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

QUESTION = "is all as it was?"


class AskingModule(pytest.Module):
    """A checker's module whose statements ask first; `compiled` is its code, or why there is none."""

    compiled: CodeType | Exception

    def _getobj(self) -> ModuleType:
        if isinstance(self.compiled, Exception):
            raise self.compiled
        module = ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        sys.modules[self.path.stem] = module
        exec(self.compiled, vars(module))  # noqa: S102 - the course's own checker
        return module


def compile_checker(path: Path, ask: Callable[[], None]) -> CodeType | Exception:
    """Compile a checker so that `ask` is called before each statement of its functions."""
    try:
        source = path.read_bytes()
        tree = ast.parse(source, str(path))
        rewrite_asserts(tree, source, str(path))
        _ask_in(tree)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a text cannot be called: it will be a function
            code = compile(tree, str(path), "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError) as problem:
        return problem
    return _with_constant(code, ask)


def names_taken(path: Path, learner: str) -> dict[str, object]:
    """Import what a checker imports, but for the module `learner`; give it by the checker's names for it."""
    names: dict[str, object] = {}
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.ImportFrom) and node.module not in (None, learner) and node.level == 0:
            with suppress(Exception):  # what is wrong with the import is said when the checker runs
                module = importlib.import_module(str(node.module))
                names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name != learner:
                    with suppress(Exception):
                        whole = importlib.import_module(alias.name)
                        names[alias.asname or alias.name.partition(".")[0]] = (
                            whole if alias.asname else sys.modules[alias.name.partition(".")[0]]
                        )
    return names


def _ask_in(tree: ast.Module) -> None:
    """Put the question before each statement of every function, also those within its blocks, and after its last."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    blocks = {id(block): block for function in functions for node in ast.walk(function) for block in _blocks(node)}
    for function in functions:
        if ast.get_docstring(function, clean=False) is not None:
            function.body[1:] = _asking(function.body[1:])
            del blocks[id(function.body)]
    for block in blocks.values():
        block[:] = _asking(block)
    for function in functions:
        function.body.append(_question(function.body[-1]))


def _asking(block: list[ast.stmt]) -> list[ast.stmt]:
    return [part for statement in block for part in (_question(statement), statement)]


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """Give the lists of statements directly in a node."""
    found = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
    return [block for block in found if isinstance(block, list) and block and isinstance(block[0], ast.stmt)]


def _question(near: ast.stmt) -> ast.stmt:
    asked = ast.Expr(ast.Call(ast.Constant(QUESTION), [], []))
    for node in ast.walk(asked):
        ast.copy_location(node, near)
    return asked


def _with_constant(code: CodeType, ask: Callable[[], None]) -> CodeType:
    constants: list[Any] = [
        ask if part == QUESTION else _with_constant(part, ask) if isinstance(part, CodeType) else part
        for part in code.co_consts
    ]
    return code.replace(co_consts=tuple(constants))
