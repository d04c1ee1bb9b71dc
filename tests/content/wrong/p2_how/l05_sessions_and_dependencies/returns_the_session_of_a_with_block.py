# task 2: failed
# says: `return` leaves the block
"""Returns from a `with` block: the session is closed before the endpoint has it, and starts again."""

# in create_app


def get_session(request: Request) -> Session:
    with Session(request.app.state.engine) as session:
        return session
