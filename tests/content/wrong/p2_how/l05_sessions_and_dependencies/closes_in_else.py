# task 2: failed
# says: GET /products/unicorn (404: HTTPException)
"""Closes in `else`, which runs when nothing was raised."""

# in create_app

def get_session(request: Request) -> Iterator[Session]:
    session = Session(request.app.state.engine)
    try:
        yield session
    except Exception:
        session.rollback
        raise
    else:
        session.close()
