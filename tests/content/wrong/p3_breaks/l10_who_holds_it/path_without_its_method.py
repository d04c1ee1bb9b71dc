# task 3: failed
# says: Method and path, with one space between.
"""Leaves the method out, so that two endpoints have one name."""


def name_endpoints(app: FastAPI) -> None:
    async def note_endpoint(connection: HTTPConnection) -> None:
        serving.set(connection.scope["route"].path)

    app.router.dependencies.append(Depends(note_endpoint))
