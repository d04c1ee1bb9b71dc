"""Which endpoint a connection is taken for: a middleware that keeps the request at hand while it runs.

An app has its routes only after its middlewares, so the name is asked for at the checkout, from the request's own scope,
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

    __slots__ = ("_name", "_scope")

    def __init__(self, scope: Scope) -> None:
        self._scope: Scope | None = scope
        self._name = ""

    def name(self) -> str:
        """Return "GET /orders/{number}": method, and path as it was declared."""
        scope = self._scope  # once: the request may end meanwhile
        if not self._name and scope is not None:
            if "endpoint" not in scope:
                return f"{_method(scope)} without a route"  # not yet, for a middleware; or not at all
            self._name = endpoint_name(scope)
        return self._name

    def end(self) -> None:
        """Keep the name and let the scope go."""
        self._name = self.name()
        self._scope = None


serving: ContextVar[Request | None] = ContextVar("poolschool_serving", default=None)


def endpoint_name(scope: Scope) -> str:
    """Name what answers a request, never the path that was asked for: paths hold numbers, names and secrets."""
    path = _declared_path(scope)
    if path is None:  # an older Starlette, without FastAPI, tells no route
        return f"{_method(scope)} {getattr(scope['endpoint'], '__qualname__', 'without a route')}"
    mounted = str(scope.get("root_path", "")).removeprefix(scope.get("app_root_path", ""))
    return f"{_method(scope)} {mounted.removesuffix(path)}{path}"


def _method(scope: Scope) -> str:
    return str(scope.get("method", "WEBSOCKET"))


def _declared_path(scope: Scope) -> str | None:
    route, noted = scope.get("route"), scope.get("fastapi")
    # A newer FastAPI keeps a router that is included apart: its route does not know the prefix, what is noted here does.
    # That is there only while the route is served, which is why a name is asked for at the checkout.
    included = noted.get("effective_route_context") if isinstance(noted, dict) else None
    if included is not None and getattr(included, "original_route", None) is route:
        route = included
    return getattr(route, "path", None)


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
