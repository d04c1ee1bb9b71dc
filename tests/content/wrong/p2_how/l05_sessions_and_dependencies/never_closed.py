# task 2: failed
# says: knows of no session that is only returned
"""Trusts in the end of the request."""

# in create_app


def get_session(request: Request) -> Session:
    return Session(request.app.state.engine)


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    return {"price": found.price, "stock": found.stock}
