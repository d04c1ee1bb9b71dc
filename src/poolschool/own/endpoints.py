"""Which endpoint a connection is taken for: a middleware that keeps the request at hand while it runs.

An app has its routes only after its middlewares, so the name is made late, when somebody asks, from the request's own scope,
where the router has noted its route meanwhile. When the request is over the name stays, and the scope is let go: a task that
outlives its request keeps no request.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class Request:
    """The request that a thread or task serves."""

    __slots__ = ("_included", "_name", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope: Scope | None = scope
        self._included: Any = None
        self._name = ""

    def note_route(self) -> None:
        """Keep what a newer FastAPI knows of a route in an included router, its prefix; it knows that only meanwhile."""
        scope = self._scope  # once: the request may end meanwhile
        if scope is not None and (noted := scope.get("fastapi")) is not None:
            self._included = noted.get("effective_route_context")

    def name(self) -> str:
        """Return "GET /orders/{number}": method, and path as it was declared."""
        scope = self._scope
        return self._name if scope is None else endpoint_name(scope, self._included)

    def end(self) -> None:
        """Keep the name and let the scope go."""
        self._name = self.name()
        self._scope = self._included = None


serving: ContextVar[Request | None] = ContextVar("poolschool_serving", default=None)


def endpoint_name(scope: Scope, included: Any = None) -> str:
    """Name what answers a request, never the path that was asked for: paths hold numbers, names and secrets."""
    method, route = scope.get("method", "WEBSOCKET"), scope.get("route")
    if included is not None and getattr(included, "original_route", None) is route:
        route = included  # the route itself does not know the prefix of its router
    path = getattr(route, "path", None)
    if path is None:  # no route yet, or an older Starlette, which tells its endpoint only
        return f"{method} {getattr(scope.get('endpoint'), '__qualname__', 'without a route')}"
    mounted = str(scope.get("root_path", "")).removeprefix(scope.get("app_root_path", ""))
    return f"{method} {mounted.removesuffix(path)}{path}"


class NameRequests:
    """The middleware: it changes nothing of a request and sees none of its content."""

    def __init__(self, app: Asgi) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        token = serving.set(request)
        try:
            await self.app(scope, receive, send)
        finally:
            serving.reset(token)
            request.end()


def name_requests(app: Any) -> None:
    """Give a Starlette or FastAPI app the middleware, once, also while it is starting; TypeError for anything else."""
    if not hasattr(app, "add_middleware") or not hasattr(app, "middleware_stack"):
        raise TypeError(f"watch(engine, app) takes a FastAPI or Starlette app, not {type(app).__name__}.")
    if any(middleware.cls is NameRequests for middleware in app.user_middleware):
        return
    if app.middleware_stack is None:
        app.add_middleware(NameRequests)
    elif not isinstance(app.middleware_stack, NameRequests):
        # A lifespan runs in an app whose middlewares are built already: too late for add_middleware.
        app.middleware_stack = NameRequests(app.middleware_stack)
