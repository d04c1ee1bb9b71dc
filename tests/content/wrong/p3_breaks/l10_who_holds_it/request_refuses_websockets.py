# task 3: failed
# says: A websocket is no Request
"""Asks for a Request, which a websocket does not have."""

from fastapi import Request


def name_endpoints(app: FastAPI) -> None:
    async def note_endpoint(request: Request) -> None:
        serving.set(f"{request.method} {request.scope['route'].path}")

    app.router.dependencies.append(Depends(note_endpoint))
