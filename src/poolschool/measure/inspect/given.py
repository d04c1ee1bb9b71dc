"""The sessions that dependencies give to a request, followed from the first who uses each to the endpoint."""

import ast
import inspect
from collections.abc import Iterator
from itertools import combinations
from types import FunctionType
from typing import Any, get_type_hints

from sqlalchemy import Engine

from poolschool.measure.inspect.admission import reads_as_limit
from poolschool.measure.inspect.names import called_functions, is_own, own, plain, source_of
from poolschool.measure.inspect.openings import ASYNC, SESSIONS, closes_of, openings
from poolschool.measure.inspect.uses import State, state_after


def tree_of(dependant: Any) -> Iterator[Any]:
    """Give a dependant's dependencies before itself, as FastAPI solves them."""
    for one in dependant.dependencies:
        yield from tree_of(one)
    yield dependant


class GivenSession:
    """A session that a dependency with `yield` gives to a request."""

    def __init__(self, dependant: Any, is_async: bool, engine: Engine | None) -> None:
        self.is_async, self.engine, self.name = is_async, engine, ""
        self.early = dependant.scope == "function" if hasattr(dependant, "scope") else False
        self.state: State = "unused"
        self.users: list[tuple[FunctionType, str, State]] = []  # who gets it, under which name, in which state


class Given:
    """All sessions of one endpoint's dependencies; `admitted` if one of these lets in only so many requests."""

    def __init__(self, endpoint: Any) -> None:
        self._sessions: dict[int, GivenSession] = {}
        self.admitted = False
        self.returned: list[
            FunctionType
        ] = []  # dependencies without `yield` that open a session, which their user leaves open
        seen: set[object] = set()
        for node in tree_of(endpoint):
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

    def _key(self, dependant: Any) -> int:
        return id(dependant.call if dependant.use_cache else dependant)  # neither need be hashable

    def _meet(self, dependant: Any, user: FunctionType | None, last: bool) -> None:
        giver = plain(dependant.call)
        if giver is None:
            return
        concurrency = getattr(dependant, "concurrency", None)
        yields = inspect.isgeneratorfunction(giver) or inspect.isasyncgenfunction(giver)
        is_async = _gives_session(giver, user, dependant.name)
        self.admitted |= concurrency is not None or (is_async is None and reads_as_limit(giver))
        if not yields and user and dependant.name and _returns_open(giver) and not _closes(user, dependant.name):
            self.returned.append(giver)
        if not yields or is_async is None:
            return
        session = self._sessions.setdefault(self._key(dependant), GivenSession(dependant, is_async, _engine_of(giver)))
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
    hint = hints_of(user).get(name or "") if user else None
    if isinstance(hint, type):
        return issubclass(hint, ASYNC) if issubclass(hint, SESSIONS) else None
    opened = openings(giver)
    if not opened and inspect.isgeneratorfunction(giver):
        opened = tuple(one for inner in called_functions(giver) for one in openings(inner))
    return opened[0].is_async if opened else None


def _returns_open(giver: FunctionType) -> bool:
    """Whether a dependency returns what it has opened, as it is."""
    tree, opened = source_of(giver), {one.call: one.name for one in openings(giver) if one.kept == "given"}
    values = [node.value for node in own(tree) if isinstance(node, ast.Return)] if tree else []
    return is_own(giver) and any(
        value in opened or (isinstance(value, ast.Name) and value.id in opened.values()) for value in values
    )


def _closes(user: FunctionType, name: str) -> bool:
    """Whether whoever is given a session closes it, or opens a block of it."""
    tree = source_of(user)
    blocks = (
        [item.context_expr for node in own(tree) if isinstance(node, ast.With | ast.AsyncWith) for item in node.items]
        if tree
        else []
    )
    used = any(isinstance(one, ast.Name) and one.id == name for block in blocks for one in ast.walk(block))
    return tree is None or used or any(True for _ in closes_of(name, tree))


def _engine_of(giver: FunctionType) -> Engine | None:
    return next((one.engine for one in openings(giver)), None)


def hints_of(function: FunctionType) -> dict[str, Any]:
    """Give a function's annotations, as far as they can be resolved."""
    try:
        return get_type_hints(function)
    except Exception:
        return dict(function.__annotations__)
