# task 3: failed
# says: What a `def` dependency sets is gone with its thread's copy
"""Sets the context variable in a `def` dependency."""


def name_endpoints(app: FastAPI) -> None:
    def note_endpoint(connection: HTTPConnection) -> None:
        serving.set(f"{connection.scope.get('method', 'WEBSOCKET')} {connection.scope['route'].path}")

    app.router.dependencies.append(Depends(note_endpoint))
