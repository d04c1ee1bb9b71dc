"""Names in the source of a function, and what they stand for: looked up, never called."""

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from poolschool.measure.inspect.facts import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LIBRARY = ("site-packages", "dist-packages", str(Path(inspect.__file__).parent))
_PACKAGES = {"sqlalchemy", "sqlmodel", "fastapi", "starlette", "anyio"}  # wherever they are installed
MISSING = object()


def plain(call: object) -> FunctionType | None:
    """Give the Python function behind a callable: a method's, a partial's, an instance's; None if there is none."""
    while isinstance(call, partial):
        call = call.func
    if isinstance(call, MethodType):
        call = call.__func__
    if not isinstance(call, FunctionType) and not inspect.isclass(call):
        call = inspect.getattr_static(type(call), "__call__", None)
    return call if isinstance(call, FunctionType) else None


def is_own(function: FunctionType) -> bool:
    """Whether a function is of the service, and not of a library."""
    return is_own_code(function, function.__code__.co_filename)


def is_own_code(thing: Any, file: str = "") -> bool:
    """Whether a class or function is of the service, by its module; `file` is where it lies if that module tells no file."""
    name = str(getattr(thing, "__module__", None) or "")
    file = (
        getattr(sys.modules.get(name), "__file__", None) or file
    )  # a decorated function may be compiled from a string
    return bool(file) and not any(part in file for part in _LIBRARY) and name.partition(".")[0] not in _PACKAGES


@lru_cache(maxsize=2048)
def _parsed(code: CodeType) -> Function | None:
    try:
        lines, first = inspect.getsourcelines(code)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, SyntaxError, TypeError, IndexError):
        return None
    ast.increment_lineno(tree, first - 1)
    return next((node for node in ast.walk(tree) if isinstance(node, Function)), None)


def source_of(function: FunctionType) -> Function | None:
    """Read a function's source; None where there is none, such as in a lambda. Lines count as in its file."""
    return _parsed(function.__code__)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a function's own statements in order: not what is defined inside it, nor its signature and decorators."""
    for child in node.body if isinstance(node, Function) else ast.iter_child_nodes(node):
        if not isinstance(child, _INNER):
            yield child
            yield from own(child)


def inside(function: Function) -> Iterator[ast.AST]:
    """Walk all of a function's statements, those of the functions defined inside it as well."""
    return (node for statement in function.body for node in ast.walk(statement))


class Scope:
    """What the names of one function stand for at this moment."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=False))
        self._local = set(function.__code__.co_varnames) | set(function.__code__.co_cellvars)

    def find(self, node: ast.AST) -> Any:
        """Give the object that a name or a dotted name stands for; MISSING if only running it would tell."""
        if isinstance(node, ast.Name):
            return self._name(node.id)
        if isinstance(node, ast.Attribute):
            return attribute(self.find(node.value), node.attr)
        return MISSING

    def _name(self, name: str) -> Any:
        if name in self._cells:
            try:
                return self._cells[name].cell_contents
            except ValueError:  # not assigned yet
                return MISSING
        if name in self._local:
            return MISSING
        return self.function.__globals__.get(name, getattr(builtins, name, MISSING))

    def named(self) -> Iterator[tuple[str, Any]]:
        """Give every object that the function names, `engine` as well as `database.engine`, with its name."""
        code, tree = self.function.__code__, source_of(self.function)
        for name in code.co_freevars if tree is None else ():
            yield name, self._name(name)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Name | ast.Attribute) and (found := self.find(node)) is not MISSING:
                yield ast.unparse(node), found


def attribute(thing: Any, name: str) -> Any:
    """Look an attribute up without running a property; MISSING if there is none."""
    if thing is MISSING:
        return MISSING
    if isinstance(thing, ModuleType):
        return vars(thing).get(name, MISSING)
    found = inspect.getattr_static(thing, name, MISSING)
    if found is MISSING and type(thing).__name__ == "State":  # Starlette's app.state
        return vars(thing).get("_state", {}).get(name, MISSING)
    return found.__func__ if isinstance(found, staticmethod) else MISSING if isinstance(found, property) else found


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Give the calls among a function's own statements, in order."""
    return (one for one in own(node) if isinstance(one, ast.Call))


def called_functions(function: FunctionType) -> Iterator[FunctionType]:
    """Give the service's own functions that a function calls or hands on by name, inner functions included."""
    tree, scope = source_of(function), Scope(function)
    for call in (one for one in inside(tree) if isinstance(one, ast.Call)) if tree else ():
        for part in (call.func, *call.args):  # also what is handed on to be called, as to run_in_threadpool or add_task
            found = scope.find(part)
            if isinstance(found, FunctionType) and is_own(found):
                yield found


def place(function: FunctionType, title: str = "", line: int = 0) -> Place:
    """Name a line of a function, its first one if none is given."""
    code = function.__code__
    return Place(title or function.__name__, Path(code.co_filename).name, line or code.co_firstlineno)


def is_async(call: object) -> bool:
    """Whether FastAPI runs a callable on the event loop: as FastAPI does, look at it and at what it wraps."""
    function = plain(call)
    return any(
        inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one)
        for one in (function, inspect.unwrap(function) if function else None)
    )
