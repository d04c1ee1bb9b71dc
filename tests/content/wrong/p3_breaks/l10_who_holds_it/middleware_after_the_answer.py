# task 3: failed
# says: what is set after the endpoint comes too late
"""A middleware that asks for the route when there is one: after the answer."""

from fastapi import Request


def name_endpoints(app: FastAPI) -> None:
    @app.middleware("http")
    async def note_endpoint(request: Request, call_next: Any) -> Any:
        answer = await call_next(request)
        if "route" in request.scope:
            serving.set(f"{request.method} {request.scope['route'].path}")
        return answer
