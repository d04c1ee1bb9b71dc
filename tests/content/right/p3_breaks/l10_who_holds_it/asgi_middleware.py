"""An ASGI middleware that reads the route when the connection is taken."""

from starlette.types import ASGIApp, Receive, Scope, Send

scope_of: ContextVar[dict[str, Any]] = ContextVar("scope_of", default={})


class RememberScope:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope_of.set(scope)
        await self.app(scope, receive, send)


def name_endpoints(app: FastAPI) -> None:
    app.add_middleware(RememberScope)


# in LeakDetector


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    scope = scope_of.get()
    route = scope.get("route")
    endpoint = f"{scope.get('method', 'WEBSOCKET')} {route.path}" if route else ""
    self._in_use[record] = Checkout(calling_line(), endpoint, monotonic())
