# task 3: failed
# says: 2 sessions, 2 in use at once
"""Lets the shopper's own session go on: the second is closed at the end of the request, and two connections are in use."""

# in create_app

def get_shopper(shopper: Annotated[str, Header()], request: Request) -> Iterator[Shopper]:
    with Session(request.app.state.engine) as session:
        if (known := session.get(Shopper, shopper)) is None:
            raise HTTPException(401, f"Who is {shopper}?")
        yield known
        session.commit()
