# task 1: failed
# says: Depends takes the function
"""Calls the dependency where it should name it."""

# in create_app


def get_session() -> Iterator[Session]:
    with Session(app.state.engine) as session:
        yield session


def get_shopper(shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_session())]) -> Shopper:
    if (known := session.get(Shopper, shopper)) is None:
        raise HTTPException(401, f"Who is {shopper}?")
    return known
