"""What a function does with a session that it was given: whether its connection is in use at the `return`."""

import ast
import inspect
from types import FunctionType, ModuleType
from typing import Literal

from sqlalchemy import Engine

from poolschool.measure.inspect.names import MISSING, Function, Scope, inside, own, source_of
from poolschool.measure.inspect.openings import openings
from poolschool.measure.inspect.waits import waits_of

State = Literal["unused", "held", "ended"]
ENDS = {"commit", "rollback", "close", "aclose", "remove", "invalidate"}
# Of a session and of a connection: what sends something, and so takes a connection.
TAKES = {
    *("execute", "scalar", "scalars", "get", "get_one", "refresh", "flush", "merge", "query", "exec", "stream"),
    *("stream_scalars", "exec_driver_sql", "connection", "bulk_save_objects", "bulk_insert_mappings", "run_sync"),
}
_DEPTH = 3


def state_after(function: FunctionType, name: str, state: State = "unused", depth: int = _DEPTH) -> State:
    """Give the state of the session called `name` when a function returns, read from top to bottom; branches are not told apart."""
    tree, scope = source_of(function), Scope(function)
    if tree is None:
        return "held" if state == "unused" else state
    for node in in_order(tree):
        state = _after(node, name, scope, state, depth)
    return state


def in_order(node: ast.AST) -> list[ast.AST]:
    """Give a function's own statements and expressions in the order of running: a block ends after what is in it."""

    def end(one: ast.AST) -> tuple[int, int, int, int]:
        start = (getattr(one, "lineno", 0), getattr(one, "col_offset", 0))
        return (getattr(one, "end_lineno", 0) or 0, getattr(one, "end_col_offset", 0) or 0, -start[0], -start[1])

    return sorted(own(node), key=end)


def _after(node: ast.AST, name: str, scope: Scope, state: State, depth: int) -> State:
    if isinstance(node, ast.With | ast.AsyncWith):
        return (
            "ended"
            if any(_is(item.context_expr, name) or _method(item.context_expr, name) == "begin" for item in node.items)
            else state
        )
    if not isinstance(node, ast.Call):
        return state
    if method := _method(node, name):
        return "ended" if method in ENDS else "held" if method in TAKES else state
    for place, argument in [*enumerate(node.args), *((word.arg, word.value) for word in node.keywords)]:
        if _is(argument, name):
            return _handed_on(scope.find(node.func), _past_self(node.func, place, scope), state, depth)
        if isinstance(argument, ast.Attribute) and _is(argument.value, name):  # run_in_threadpool(session.scalar, …)
            return "ended" if argument.attr in ENDS else "held" if argument.attr in TAKES else state
    return state


def _past_self(called: ast.expr, place: int | str | None, scope: Scope) -> int | str | None:
    """Count `self` in, where a method of an object is called."""
    owner = scope.find(called.value) if isinstance(called, ast.Attribute) else MISSING
    bound = owner is not MISSING and not isinstance(owner, ModuleType | type)
    return place + 1 if bound and isinstance(place, int) else place


def _handed_on(callee: object, place: int | str | None, state: State, depth: int) -> State:
    """Follow a session into a function; what cannot be followed is taken to use it."""
    if not isinstance(callee, FunctionType) or not depth or callee is MISSING:
        return "held"
    names = callee.__code__.co_varnames[: callee.__code__.co_argcount + callee.__code__.co_kwonlyargcount]
    inner = place if isinstance(place, str) else names[place] if place is not None and place < len(names) else ""
    if inner not in names:
        return "held"
    return state_after(callee, inner, state, depth - 1)


def _method(node: ast.AST, name: str) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is(node.func.value, name):
        return node.func.attr
    return ""


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def direct_calls(function: FunctionType, name: str) -> list[ast.Call]:
    """Find the calls by which a function itself sends something through a session, or lets a plain function do so."""
    tree, scope = source_of(function), Scope(function)
    found = [one for one in own(tree) if isinstance(one, ast.Call)] if tree else []
    return [one for one in found if _method(one, name) in TAKES | {"commit"} or _hands_to_plain(one, name, scope)]


def _hands_to_plain(call: ast.Call, name: str, scope: Scope) -> bool:
    callee = scope.find(call.func)
    given = any(_is(one, name) for one in (*call.args, *(word.value for word in call.keywords)))
    if not given or not isinstance(callee, FunctionType) or inspect.iscoroutinefunction(callee):
        return False
    place = next((at for at, one in enumerate(call.args) if _is(one, name)), None)
    word = next((word.arg for word in call.keywords if _is(word.value, name)), None)
    return _handed_on(callee, word if place is None else _past_self(call.func, place, scope), "unused", 1) != "unused"


def while_held(
    function: FunctionType,
    name: str,
    engine: Engine | None,
    opened: ast.Call | None = None,
    block: ast.AST | None = None,
    state: State = "unused",
) -> tuple[list[str], bool]:
    """Name what a function waits for while a session is held, and say whether it opens another one then.

    Of another engine, which has a pool of its own, it may. `block` is the block that the session is good for (the whole function if None), `opened` the call that made it.
    """
    tree, scope = source_of(function), Scope(function)
    if tree is None:
        return [], False
    waits: list[str] = []
    second = False
    others = {one.call for one in openings(function) if None in (one.engine, engine) or one.engine is engine} - {opened}
    for node in in_order(block or tree):
        if state == "held" and isinstance(node, ast.Call):
            waits += waits_of(node, scope)
            second |= node in others
        state = _after(node, name, scope, state, _DEPTH) if name else state
    return list(dict.fromkeys(waits)), second


def read_by_inner(function: FunctionType, name: str) -> bool:
    """Whether a generator defined inside a function, or given the session, uses the session: that runs after the return."""
    tree, scope = source_of(function), Scope(function)
    if tree is None:
        return False
    inner = [node for node in inside(tree) if isinstance(node, Function)]
    if any(_yields(node) and any(_method(one, name) for one in ast.walk(node)) for node in inner):
        return True
    for call in (node for node in own(tree) if isinstance(node, ast.Call)):
        callee = scope.find(call.func)
        if isinstance(callee, FunctionType) and any(_is(one, name) for one in call.args):
            body = source_of(callee)
            if body is not None and _yields(body):
                return True
    return False


def _yields(tree: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own(tree))
