# task 3: failed
# says: The detector watches; the store answers as before.
"""A middleware that asks for the route before it is found."""

from fastapi import Request


def name_endpoints(app: FastAPI) -> None:
    @app.middleware("http")
    async def note_endpoint(request: Request, call_next: Any) -> Any:
        serving.set(f"{request.method} {request.scope['route'].path}")
        return await call_next(request)
