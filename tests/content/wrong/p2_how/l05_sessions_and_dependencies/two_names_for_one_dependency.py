# task 3: failed
# says: Another function is another dependency
"""Wraps the dependency for the shopper: another function is another dependency, and another session."""

# in create_app


def get_shoppers_session(request: Request) -> Iterator[Session]:
    yield from get_session(request)


def get_shopper(
    shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_shoppers_session)]
) -> Shopper:
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known
