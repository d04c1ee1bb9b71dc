# task 1: failed
# says: dispose() called 2 times while it runs
"""Takes dispose() for the way to return a connection."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session
    request.app.state.engine.dispose()
