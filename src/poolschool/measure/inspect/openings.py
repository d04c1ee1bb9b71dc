"""Where a function opens a session or a connection, and whether that is closed on every way out."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Literal

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_scoped_session,
    async_sessionmaker,
)
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from poolschool.measure.inspect.names import Function, Scope, calls, inside, own, source_of

Kept = Literal["block", "closed", "sometimes", "never", "given"]
ASYNC = (AsyncSession, AsyncConnection)
SESSIONS = (Session, Connection, *ASYNC)
_OF_ENGINES = {"connect", "begin", "raw_connection"}
CLOSES = ("close", "remove", "aclose")
_BROAD = {"Exception", "BaseException"}


@dataclass(frozen=True)
class Opening:
    """One call that opens a session or takes a connection, what it is called by, and how it ends."""

    call: ast.Call
    is_async: bool
    engine: Engine | None
    name: str  # "" for none
    kept: Kept
    block: ast.With | ast.AsyncWith | None = None
    at_once: bool = False  # it takes the connection itself, and not at the first query


def engine_of(thing: Any) -> Engine | None:
    """Give the (sync) engine that something is or is bound to; None if that cannot be told."""
    if isinstance(thing, AsyncEngine):
        return thing.sync_engine
    if isinstance(thing, Engine):
        return thing
    if isinstance(thing, scoped_session | async_scoped_session):
        return engine_of(thing.session_factory)
    if isinstance(thing, sessionmaker | async_sessionmaker):
        return engine_of(thing.kw.get("bind"))
    return None


def _opens(call: ast.Call, scope: Scope) -> tuple[bool, Engine | None] | None:
    """Say whether a call opens: asynchronously, and of which engine."""
    found = scope.find(call.func)
    if isinstance(found, type) and issubclass(found, Session | AsyncSession):
        bind = next((word.value for word in call.keywords if word.arg == "bind"), call.args[0] if call.args else None)
        return issubclass(found, AsyncSession), engine_of(scope.find(bind)) if bind else None
    if isinstance(found, sessionmaker | async_sessionmaker | scoped_session | async_scoped_session):
        return _is_async(found), engine_of(found)
    if isinstance(call.func, ast.Attribute) and call.func.attr in _OF_ENGINES:
        owner = scope.find(call.func.value)
        if isinstance(owner, Engine | AsyncEngine | sessionmaker | async_sessionmaker):
            return _is_async(owner), engine_of(owner)
    wrapped = getattr(found, "__wrapped__", None)
    if isinstance(found, FunctionType) and isinstance(wrapped, FunctionType):  # a @contextmanager of the service's own
        inner = next((one for one in openings(wrapped) if one.kept != "never"), None)
        return (inner.is_async, inner.engine) if inner else None
    return None


def _is_async(maker: Any) -> bool:
    if isinstance(maker, scoped_session | async_scoped_session):
        return _is_async(maker.session_factory)
    if isinstance(maker, sessionmaker):
        return issubclass(maker.class_, AsyncSession)  # as it was written before async_sessionmaker
    return isinstance(maker, AsyncEngine | async_sessionmaker)


def openings(function: FunctionType) -> tuple[Opening, ...]:
    """Find what a function opens in its own statements, in order."""
    tree = source_of(function)
    return openings_in(tree, Scope(function)) if tree else ()


def all_openings(function: FunctionType) -> tuple[Opening, ...]:
    """Find what a function opens, and what the functions defined inside it open."""
    tree = source_of(function)
    parts = [tree, *(node for node in inside(tree) if isinstance(node, Function))] if tree else []
    return tuple(one for part in parts for one in openings_in(part, Scope(function)))


def openings_in(tree: Function, scope: Scope) -> tuple[Opening, ...]:
    """Find what the statements of a function open, where `scope` knows their names."""
    parents = {child: node for node in (tree, *own(tree)) for child in ast.iter_child_nodes(node)}
    found = []
    for call in calls(tree):
        told = _opens(call, scope)
        if told:
            name, kept, block = _fate(call, tree, parents)
            at_once = isinstance(call.func, ast.Attribute) and isinstance(
                scope.find(call.func.value), Engine | AsyncEngine
            )
            found.append(Opening(call, *told, name, kept, block, at_once))
    return tuple(found)


Fate = tuple[str, Kept, ast.With | ast.AsyncWith | None]


def _fate(call: ast.Call, tree: Function, parents: dict[ast.AST, ast.AST]) -> Fate:
    """Follow what a call gives: into a block, a name, or away."""
    node: ast.AST = call
    while isinstance(parent := parents.get(node), ast.Await):
        node = parent
    match parent:
        case ast.withitem():
            name = parent.optional_vars.id if isinstance(parent.optional_vars, ast.Name) else ""
            block = parents[parent]
            return name, "block", block if isinstance(block, ast.With | ast.AsyncWith) else None
        case ast.Attribute():
            return ("", "block", None) if _inside_item(node, parents) else ("", "never", None)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):  # fmt: skip
            return name, *_fate_of_name(name, tree)
        case ast.Expr():
            return "", "never", None
    return "", "given", None  # returned, stored, or an argument such as of closing() and enter_context()


def _inside_item(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while (parent := parents.get(node)) is not None and not isinstance(parent, ast.stmt):
        if isinstance(parent, ast.withitem):
            return True
        node = parent
    return False


def _fate_of_name(name: str, tree: Function) -> tuple[Kept, ast.With | ast.AsyncWith | None]:
    for node in own(tree):
        if isinstance(node, ast.With | ast.AsyncWith) and any(_names(item.context_expr, name) for item in node.items):
            return "block", node
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id == name:
            return "given", None
        if (
            isinstance(node, ast.Assign)
            and _names(node.value, name)
            and not isinstance(node.value, ast.Call | ast.Await)
        ):
            return "given", None
        if isinstance(node, ast.Call) and not _of(node, name) and any(_hands_over(one, name) for one in node.args):
            return "given", None  # a stack, a callback, a function that may close it
    if all(node is None for node in closes_of(name, tree)):
        return "never", None
    return ("closed" if _closed_always(name, tree) else "sometimes"), None


def _of(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == name


def _hands_over(argument: ast.expr, name: str) -> bool:
    if isinstance(argument, ast.Attribute):  # session.close does, session.scalar does not
        return argument.attr in CLOSES and _names(argument.value, name)
    return _names(argument, name)


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def closes_of(name: str, node: ast.AST) -> Iterator[ast.Call]:
    """Give the calls `name.close()` or `name.remove()` among statements."""
    for call in calls(node):
        if _of(call, name) and isinstance(call.func, ast.Attribute) and call.func.attr in CLOSES:
            yield call


def _closed_always(name: str, tree: Function) -> bool:
    """Whether a close() stands in a `finally`, or in a handler of every Exception and after it."""
    for node in own(tree):
        if isinstance(node, ast.Try):
            if any(True for part in node.finalbody for _ in closes_of(name, ast.Module([part], []))):
                return True
            for handler in node.handlers:
                broad = handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in _BROAD)
                inside = list(closes_of(name, handler))
                if broad and inside and len(list(closes_of(name, tree))) > len(inside):
                    return True
    return False
