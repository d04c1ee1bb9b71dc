# task 3: failed
# says: The method and the path as it was declared
"""Names the function behind the endpoint."""


def name_endpoints(app: FastAPI) -> None:
    async def note_endpoint(connection: HTTPConnection) -> None:
        serving.set(connection.scope["endpoint"].__name__)

    app.router.dependencies.append(Depends(note_endpoint))
