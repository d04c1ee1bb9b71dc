# task 2: failed
# says: GET /products/unicorn (404: HTTPException)
"""Closes in a line of its own."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    session = Session(request.app.state.engine)
    yield session
    session.close()
