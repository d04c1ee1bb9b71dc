# task 2: failed
# says: (500: the database refuses the query)
"""Catches what it has thought of: HTTPException."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    session = Session(request.app.state.engine)
    try:
        yield session
    except HTTPException:
        session.close()
        raise
    session.close()
