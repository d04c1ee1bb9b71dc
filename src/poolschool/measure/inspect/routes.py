"""FastAPI's routes, and what each endpoint does with its sessions."""

import ast
import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, routing
from fastapi.responses import StreamingResponse
from starlette.routing import Mount

from poolschool.measure.inspect.admission import limits_requests
from poolschool.measure.inspect.apart import answer_of
from poolschool.measure.inspect.facts import EndpointFacts
from poolschool.measure.inspect.given import Given, hints_of, tree_of
from poolschool.measure.inspect.names import Scope, called_functions, is_async, is_own, own, place, plain, source_of
from poolschool.measure.inspect.source_faults import (
    blocking,
    engines_made,
    held_meanwhile,
    leaking,
    sent_from_blocks,
    shared,
)
from poolschool.measure.inspect.uses import read_by_inner

_DEPTH = 2


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
    asynchronous = is_async(dependant.call)
    given = Given(dependant)
    reached = list(_reached(dependant))
    slow, second = held_meanwhile(given, reached)
    field = getattr(route, "response_field", None)
    return EndpointFacts(
        place=place(endpoint, _title(route)),
        is_async=asynchronous,
        checks_answer=field is not None and not asynchronous,
        streams=_streams(route, endpoint),
        websocket=not hasattr(route, "methods") or route.methods is None,
        background=any(one.background_tasks_param_name for one in tree_of(dependant)),
        admitted=limited or given.admitted,
        sessions=tuple(one.is_async for one in given.sessions),
        held=any(one.state == "held" for one in given.sessions),
        ends_early=any(one.early for one in given.sessions),
        read_later=any(one.name and read_by_inner(endpoint, one.name) for one in given.sessions),
        blocks=tuple(blocking(given, reached)),
        shared=tuple(shared(reached)),
        leaks=tuple(leaking(given, reached)),
        makes_engine=tuple(engines_made(reached)),
        slow_inside=slow,
        held_while_sent=tuple(sent_from_blocks(endpoint)),
        second_inside=second or given.two_of_one_engine,
    )


def _title(route: Any) -> str:
    methods = sorted(getattr(route, "methods", None) or ["websocket"])
    return f"{methods[0]} {route.path}"


def _reached(dependant: Any) -> Iterator[FunctionType]:
    seen: set[FunctionType] = set()
    level = [function for one in tree_of(dependant) for function in _parts(one.call) if is_own(function)]
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


def _streams(route: Any, endpoint: FunctionType) -> bool:
    kinds = [hints_of(endpoint).get("return"), getattr(route, "response_class", None)]
    tree, scope = source_of(endpoint), Scope(endpoint)
    kinds += [scope.find(node.func) for node in own(tree) if isinstance(node, ast.Call)] if tree else []
    if any(
        isinstance(one, type) and (issubclass(one, StreamingResponse) or one.__name__ == "EventSourceResponse")
        for one in kinds
    ):
        return True
    return inspect.isgeneratorfunction(endpoint) or inspect.isasyncgenfunction(endpoint)
