"""FastAPI's routes, and what each endpoint does with its sessions."""

import ast
import inspect
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import FunctionType
from typing import Any, get_type_hints

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, routing
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine
from starlette.routing import Mount

from poolschool.measure.inspect.admission import limits_requests
from poolschool.measure.inspect.apart import answer_of
from poolschool.measure.inspect.facts import EndpointFacts, Place
from poolschool.measure.inspect.names import Function, Scope, called_functions, is_own, own, plain, source_of
from poolschool.measure.inspect.openings import ASYNC, SESSIONS, openings, openings_in
from poolschool.measure.inspect.uses import ENDS, State, direct_calls, read_by_inner, state_after, while_held

_DEPTH = 2
_MAKES = {"create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"}


def read_endpoints(app: FastAPI) -> tuple[EndpointFacts, ...]:
    """Read all endpoints of an application that FastAPI made, mounted ones included."""
    limited = limits_requests(app)
    return tuple(_read(route, limited) for route in _routes(app) if is_own(_function(route)))


def functions_of(app: FastAPI) -> Iterator[FunctionType]:
    """Give every function of the service that answers requests, or that these call: dependencies and all."""
    for route in _routes(app):
        yield from _reached(route.dependant)


def thread_tokens(app: FastAPI) -> int:
    """Give how many threads `def` endpoints have: as anyio says, unless the service's own start sets it to a number."""
    for function in _starts(app):
        tree = source_of(function) if is_own(function) else None
        for node in ast.walk(tree) if tree else ():
            match node:
                case ast.Assign(targets=[ast.Attribute(attr="total_tokens")], value=ast.Constant(value=int(tokens))):
                    return tokens

    async def ask() -> int:
        return int(current_default_thread_limiter().total_tokens)

    return answer_of(ask)


def _starts(app: FastAPI) -> Iterator[FunctionType]:
    """Give what runs at the start: the lifespan, also where FastAPI has joined several, and the older handlers."""
    waiting: list[Any] = [app.router.lifespan_context, *getattr(app.router, "on_startup", ())]
    seen: set[FunctionType] = set()
    while waiting:
        thing = waiting.pop()
        function = plain(getattr(thing, "__wrapped__", thing))
        if function is None or function in seen:
            continue
        seen.add(function)
        yield function
        waiting += [
            found for name in function.__code__.co_freevars if callable(found := Scope(function).find(ast.Name(name)))
        ]


def _routes(app: Any) -> Iterator[Any]:
    effective = getattr(routing, "iter_route_contexts", iter)  # before 0.14x included routes were copied
    for route in effective(app.routes):
        original = getattr(route, "original_route", route)
        if isinstance(original, Mount) and original.app is not None:
            yield from _routes(original.app) if hasattr(original.app, "routes") else ()
        elif getattr(route, "dependant", None) is not None and _function(route) is not None:
            yield route


def _function(route: Any) -> Any:
    return plain(route.dependant.call)


def _read(route: Any, limited: bool) -> EndpointFacts:
    endpoint, dependant = _function(route), route.dependant
    is_async = _is_async(dependant.call)
    given = _Given(dependant)
    reached = list(_reached(dependant))
    slow, second = _while_held(given, reached)
    field = getattr(route, "response_field", None)
    return EndpointFacts(
        place=_place(endpoint, _title(route)),
        is_async=is_async,
        checks_answer=field is not None and not is_async,
        streams=_streams(route, endpoint),
        websocket=not hasattr(route, "methods") or route.methods is None,
        background=any(one.background_tasks_param_name for one in _tree(dependant)),
        admitted=limited or given.admitted,
        sessions=tuple(one.is_async for one in given.sessions),
        held=any(one.state == "held" for one in given.sessions),
        ends_early=any(one.early for one in given.sessions),
        read_later=any(one.name and read_by_inner(endpoint, one.name) for one in given.sessions),
        blocks=tuple(_blocking(given, reached)),
        shared=tuple(_shared(reached)),
        leaks=tuple(_leaks(reached)),
        makes_engine=tuple(_engines_made(reached)),
        slow_inside=slow,
        held_while_sent=tuple(_sent_from_blocks(endpoint)),
        second_inside=second or given.two_of_one_engine,
    )


def _title(route: Any) -> str:
    methods = sorted(getattr(route, "methods", None) or ["websocket"])
    return f"{methods[0]} {route.path}"


def _place(function: FunctionType, title: str = "", line: int = 0) -> Place:
    code = function.__code__
    return Place(title or function.__name__, Path(code.co_filename).name, line or code.co_firstlineno)


def _is_async(call: Any) -> bool:
    function = plain(call)
    return any(
        inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one)
        for one in (function, inspect.unwrap(function) if function else None)
    )


def _tree(dependant: Any) -> Iterator[Any]:
    """Give a dependant's dependencies before itself, as FastAPI solves them."""
    for one in dependant.dependencies:
        yield from _tree(one)
    yield dependant


def _reached(dependant: Any) -> Iterator[FunctionType]:
    seen: set[FunctionType] = set()
    level = [function for one in _tree(dependant) for function in _parts(one.call) if is_own(function)]
    for _ in range(_DEPTH + 1):
        level = [function for function in dict.fromkeys(level) if function not in seen]
        yield from level
        seen.update(level)
        level = [inner for function in level for inner in called_functions(function)]


def _parts(call: Any) -> Iterator[FunctionType]:
    """Give what runs if a dependency is called: its function, or of a class the methods, of which any may."""
    if inspect.isclass(call):
        yield from (part for part in vars(call).values() if isinstance(part, FunctionType))
    elif function := plain(call):
        yield function


class _Session:
    """A session that a dependency with `yield` gives to a request."""

    def __init__(self, dependant: Any, is_async: bool, engine: Engine | None) -> None:
        self.is_async, self.engine, self.name = is_async, engine, ""
        self.early = dependant.scope == "function" if hasattr(dependant, "scope") else False
        self.state: State = "unused"
        self.users: list[tuple[FunctionType, str, State]] = []  # who gets it, under which name, in which state


class _Given:
    """The sessions that dependencies give to one request, followed from the first who uses each to the endpoint."""

    def __init__(self, endpoint: Any) -> None:
        self._sessions: dict[object, _Session] = {}
        self.admitted = False
        seen: set[object] = set()
        for node in _tree(endpoint):
            function = plain(node.call)
            for one in node.dependencies:
                self._meet(one, function, last=node is endpoint)
            if function is not None and function not in seen:
                seen.add(function)
                self._use(node, function)
        self.sessions = tuple(self._sessions.values())

    @property
    def two_of_one_engine(self) -> bool:
        """Whether two sessions are in use that have one pool; where an engine is not known, it is taken for the other's."""
        used = [one.engine for one in self.sessions if one.state != "unused"]
        return any(one is other or None in (one, other) for one, other in combinations(used, 2))

    def _key(self, dependant: Any) -> object:
        return dependant.call if dependant.use_cache else dependant

    def _meet(self, dependant: Any, user: FunctionType | None, last: bool) -> None:
        giver = plain(dependant.call)
        if giver is None:
            return
        concurrency = getattr(dependant, "concurrency", None)
        yields = inspect.isgeneratorfunction(giver) or inspect.isasyncgenfunction(giver)
        is_async = _gives_session(giver, user, dependant.name)
        self.admitted |= concurrency is not None or (is_async is None and inspect.isasyncgenfunction(giver))
        if not yields or is_async is None:
            return
        session = self._sessions.setdefault(self._key(dependant), _Session(dependant, is_async, _engine_of(giver)))
        if last:
            session.name = dependant.name or ""

    def _use(self, node: Any, function: FunctionType) -> None:
        for one in node.dependencies:
            session = self._sessions.get(self._key(one))
            if session is None or not one.name:
                continue
            session.users.append((function, one.name, session.state))
            session.state = state_after(function, one.name, session.state)


def _gives_session(giver: FunctionType, user: FunctionType | None, name: str | None) -> bool | None:
    """Say whether a dependency gives a session or connection, and an async one; None if it gives something else."""
    hint = _hints(user).get(name or "") if user else None
    if isinstance(hint, type):
        return issubclass(hint, ASYNC) if issubclass(hint, SESSIONS) else None
    opened = openings(giver)
    if not opened and inspect.isgeneratorfunction(giver):
        opened = tuple(one for inner in called_functions(giver) for one in openings(inner))
    return opened[0].is_async if opened else None


def _engine_of(giver: FunctionType) -> Engine | None:
    return next((one.engine for one in openings(giver)), None)


def _hints(function: FunctionType) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except Exception:
        return dict(function.__annotations__)


def _streams(route: Any, endpoint: FunctionType) -> bool:
    kinds = [_hints(endpoint).get("return"), getattr(route, "response_class", None)]
    tree, scope = source_of(endpoint), Scope(endpoint)
    kinds += [scope.find(node.func) for node in own(tree) if isinstance(node, ast.Call)] if tree else []
    if any(
        isinstance(one, type) and (issubclass(one, StreamingResponse) or one.__name__ == "EventSourceResponse")
        for one in kinds
    ):
        return True
    return inspect.isgeneratorfunction(endpoint) or inspect.isasyncgenfunction(endpoint)


def _blocking(given: _Given, reached: list[FunctionType]) -> Iterator[Place]:
    """Find where an `async def` sends something through a sync session, and so keeps the event loop from everything else."""
    for session in given.sessions:
        for function, name, _ in session.users:
            if not session.is_async and _is_async(function) and (sent := direct_calls(function, name)):
                yield _place(function, line=sent[0].lineno)
    for function in filter(_is_async, reached):
        for one in openings(function):
            at_once = isinstance(one.call.func, ast.Attribute) and one.call.func.attr in ("connect", "raw_connection")
            if not one.is_async and (at_once or (one.name and direct_calls(function, one.name))):
                yield _place(function, line=one.call.lineno)


def _shared(reached: list[FunctionType]) -> Iterator[Place]:
    """Find sessions and connections that are there before any request, and that a request's functions name."""
    for function in reached:
        tree, scope = source_of(function), Scope(function)
        for node in own(tree) if tree else ():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(scope.find(node), SESSIONS):
                yield _place(function, line=node.lineno)


def _leaks(reached: list[FunctionType]) -> Iterator[Place]:
    for function in reached:
        for one in openings(function):
            if one.kept in ("sometimes", "never"):
                yield _place(function, line=one.call.lineno)


def _engines_made(reached: list[FunctionType]) -> Iterator[Place]:
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
                yield _place(function, line=getattr(node, "lineno", 0))


def _while_held(given: _Given, reached: list[FunctionType]) -> tuple[tuple[str, ...], bool]:
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
            at_once = isinstance(one.call.func, ast.Attribute) and one.call.func.attr == "connect"
            waits, another = while_held(
                function, one.name, one.engine, one.call, one.block, "held" if at_once else "unused"
            )
            found, second = found + waits, second or another
    return tuple(dict.fromkeys(found)), second


def _sent_from_blocks(endpoint: FunctionType) -> Iterator[Place]:
    """Find generators of an endpoint that yield inside the block of a session: it is open while the client reads."""
    tree, scope = source_of(endpoint), Scope(endpoint)
    inner = [node for node in ast.walk(tree) if isinstance(node, Function) and node is not tree] if tree else []
    bodies = [(endpoint, node, scope) for node in inner]
    bodies += [(one, body, Scope(one)) for one in called_functions(endpoint) if (body := source_of(one))]
    if inspect.isgeneratorfunction(endpoint) or inspect.isasyncgenfunction(endpoint):
        bodies += [(endpoint, tree, scope)] if tree else []
    for function, body, names in bodies:
        for one in openings_in(body, names):
            if one.block is not None and _yields_open(one.block, one.name):
                yield _place(function, line=one.call.lineno)


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
