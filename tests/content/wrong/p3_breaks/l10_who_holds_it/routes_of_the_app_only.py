# task 3: failed
# says: The endpoint of an included router
"""Gives the app's own router another class of route, which no included router has."""

from fastapi.routing import APIRoute


class NotingRoute(APIRoute):
    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        serving.set(f"{scope['method']} {self.path}")
        await super().handle(scope, receive, send)


def name_endpoints(app: FastAPI) -> None:
    app.router.route_class = NotingRoute
