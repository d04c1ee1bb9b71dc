# task 2: failed
# says: GET /products/unicorn (404: HTTPException)
"""Closes in the endpoint before each return, and not before a raise."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    yield Session(request.app.state.engine)
