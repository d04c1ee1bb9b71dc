"""A middleware of the decorator kind remembers the request, whose route is read at the checkout."""

from fastapi import Request

request_of: ContextVar[Request | None] = ContextVar("request_of", default=None)


def name_endpoints(app: FastAPI) -> None:
    @app.middleware("http")
    async def remember(request: Request, call_next: Any) -> Any:
        token = request_of.set(request)
        try:
            return await call_next(request)
        finally:
            request_of.reset(token)


# in LeakDetector


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    request = request_of.get()
    endpoint = f"{request.method} {request.scope['route'].path}" if request else ""
    self._in_use[record] = Checkout(calling_line(), endpoint, monotonic())
