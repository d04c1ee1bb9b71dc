"""What is wrong in the source of the functions that serve a request: each finder gives places."""

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType

from poolschool.measure.inspect.facts import Place
from poolschool.measure.inspect.given import Given
from poolschool.measure.inspect.names import (
    Function,
    Scope,
    called_functions,
    inside,
    is_async,
    is_own,
    own,
    place,
    source_of,
)
from poolschool.measure.inspect.openings import SESSIONS, all_openings, openings, openings_in
from poolschool.measure.inspect.uses import ENDS, direct_calls, while_held

_MAKES = {"create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"}


def blocking(given: Given, reached: list[FunctionType]) -> Iterator[Place]:
    """Find where an `async def` sends something through a sync session, and so keeps the event loop from everything else."""
    for session in given.sessions:
        for function, name, _ in session.users:
            if not session.is_async and is_async(function) and (sent := direct_calls(function, name)):
                yield place(function, line=sent[0].lineno)
    for function in reached:
        tree, scope = source_of(function), Scope(function)
        parts = [node for node in (tree, *inside(tree)) if isinstance(node, ast.AsyncFunctionDef)] if tree else []
        for part in parts:
            yield from (place(function, line=line) for line in sorted(_stops_the_loop(part, function, scope)))


def _stops_the_loop(part: ast.AsyncFunctionDef, function: FunctionType, scope: Scope) -> Iterator[int]:
    """Give the lines of an `async def` at which it uses a sync session of its own, or calls a plain function that opens one."""
    for one in openings_in(part, scope):
        if not one.is_async and (one.at_once or (one.name and direct_calls(function, one.name))):
            yield one.call.lineno
    for call in (node for node in own(part) if isinstance(node, ast.Call)):
        found = scope.find(call.func)
        if isinstance(found, FunctionType) and _asks_by_itself(found):
            yield call.lineno


def _asks_by_itself(function: FunctionType) -> bool:
    """Whether a plain function of the service opens a sync session or connection in a block of its own."""
    if not is_own(function) or is_async(function) or inspect.isgeneratorfunction(function):
        return False
    return any(not one.is_async and one.kept == "block" for one in openings(function))


def shared(reached: list[FunctionType]) -> Iterator[Place]:
    """Find sessions and connections that are there before any request, and that a request's functions name."""
    for function in reached:
        tree, scope = source_of(function), Scope(function)
        for node in own(tree) if tree else ():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(scope.find(node), SESSIONS):
                yield place(function, line=node.lineno)


def leaking(given: Given, reached: list[FunctionType]) -> Iterator[Place]:
    """Find what is opened and not closed on every way out, and sessions that a dependency returns and nobody closes."""
    yield from (place(giver) for giver in given.returned)
    for function in reached:
        for one in all_openings(function):
            if one.kept in ("sometimes", "never"):
                yield place(function, line=one.call.lineno)


def engines_made(reached: list[FunctionType]) -> Iterator[Place]:
    """Find engines made in a function that runs for each request; behind an `if` it is taken for made once."""
    for function in reached:
        tree, scope = source_of(function), Scope(function)
        guarded = (
            {inner for node in own(tree) if isinstance(node, ast.If) for inner in ast.walk(node)} if tree else set()
        )
        for node in own(tree) if tree else ():
            found = scope.find(node.func) if isinstance(node, ast.Call) else None
            library = not (isinstance(found, FunctionType) and is_own(found))  # a function of one's own is read itself
            if getattr(found, "__name__", "") in _MAKES and library and node not in guarded:
                yield place(function, line=getattr(node, "lineno", 0))


def held_meanwhile(given: Given, reached: list[FunctionType]) -> tuple[tuple[str, ...], bool]:
    """Name what is waited for while a connection is held, and say whether another one of the same pool is taken meanwhile."""
    found: list[str] = []
    second = False
    for session in given.sessions:
        for function, name, state in session.users:
            waits, another = while_held(function, name, session.engine, state=state)
            found, second = found + waits, second or another
    for function in reached:
        for one in openings(function):
            if one.block is None or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
                continue
            waits, another = while_held(
                function, one.name, one.engine, one.call, one.block, "held" if one.at_once else "unused"
            )
            found, second = found + waits, second or another
    return tuple(dict.fromkeys(found)), second


def sent_from_blocks(endpoint: FunctionType) -> Iterator[Place]:
    """Find generators of an endpoint that yield inside the block of a session: it is open while the client reads."""
    tree, scope = source_of(endpoint), Scope(endpoint)
    inner = [node for node in inside(tree) if isinstance(node, Function)] if tree else []
    bodies = [(endpoint, node, scope) for node in inner]
    bodies += [(one, body, Scope(one)) for one in called_functions(endpoint) if (body := source_of(one))]
    if inspect.isgeneratorfunction(endpoint) or inspect.isasyncgenfunction(endpoint):
        bodies += [(endpoint, tree, scope)] if tree else []
    for function, body, names in bodies:
        for one in openings_in(body, names):
            if one.block is not None and _yields_open(one.block, one.name):
                yield place(function, line=one.call.lineno)


def _yields_open(block: ast.AST, name: str) -> bool:
    inside = list(own(block))
    ends = any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.func.attr in ENDS
        for node in inside
    )
    return not ends and any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inside)
