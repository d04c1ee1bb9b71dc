# task 3: failed
# says: Not everything that an ASGI app is called with is a request
"""An ASGI middleware that takes the start of the app for a request."""


class NameEndpoints:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        serving.set(f"{scope['method']} {scope['path']}")
        await self.app(scope, receive, send)


def name_endpoints(app: FastAPI) -> None:
    app.add_middleware(NameEndpoints)
