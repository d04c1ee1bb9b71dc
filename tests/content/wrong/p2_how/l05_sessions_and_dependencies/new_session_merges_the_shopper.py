# task 3: failed
# says: 2 sessions, 1 in use at once
"""Loads the shopper in a session that is closed, and merges it into the second."""

# in create_app

def get_shopper(shopper: Annotated[str, Header()], request: Request, session: Annotated[Session, Depends(get_session)]) -> Shopper:
    with Session(request.app.state.engine) as first:
        if (known := first.get(Shopper, shopper)) is None:
            raise HTTPException(401, f"Who is {shopper}?")
    return session.merge(known)
