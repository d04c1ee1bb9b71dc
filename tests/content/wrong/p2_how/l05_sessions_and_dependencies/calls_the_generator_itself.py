# task 3: failed
# says: runs a generator that FastAPI knows nothing of
"""Calls the dependency by hand, as a function."""

# in create_app


def get_shopper(shopper: Annotated[str, Header()], request: Request) -> Shopper:
    session = next(get_session(request))
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known
