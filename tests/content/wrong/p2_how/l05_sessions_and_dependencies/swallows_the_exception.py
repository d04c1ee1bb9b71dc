# task 2: failed
# says: must raise it again
"""Rolls back, and does not raise again."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        try:
            yield session
        except Exception:
            session.rollback()
