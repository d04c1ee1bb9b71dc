# task 1: failed
# says: ?
"""Takes dispose() for the way to return a connection."""

# in create_app

def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session
    request.app.state.engine.dispose()
