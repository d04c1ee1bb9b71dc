# task 3: failed
# says: 2 sessions, 1 in use at once
"""Closes the shopper's session properly, and it is a second one."""

# in create_app


def get_shopper(shopper: Annotated[str, Header()], request: Request) -> Shopper:
    with Session(request.app.state.engine, expire_on_commit=False) as session:
        if (known := session.get(Shopper, shopper)) is None:
            raise HTTPException(401, f"Who is {shopper}?")
        return known
