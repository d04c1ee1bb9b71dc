# task 4: failed
# says: stock after POST /orders/table ann (409)
"""Commits in `finally`: also what was refused."""

# in create_app


def get_session(request: Request) -> Iterator[Session]:
    session = Session(request.app.state.engine)
    try:
        yield session
    finally:
        session.commit()
        session.close()
