# task 3: failed
# says: That is the path asked for: a name for each number.
"""Names the address and not the endpoint."""


def name_endpoints(app: FastAPI) -> None:
    async def note_endpoint(connection: HTTPConnection) -> None:
        serving.set(f"{connection.scope.get('method', 'WEBSOCKET')} {connection.url.path}")

    app.router.dependencies.append(Depends(note_endpoint))
