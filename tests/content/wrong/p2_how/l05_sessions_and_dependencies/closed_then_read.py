# task 4: failed
# says: or by a look at an object that commit() or rollback() has expired
"""Closes the session first and reads then what it had loaded; after rollback() that is expired."""

# in create_app


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    session.rollback()
    return {"price": found.price, "stock": found.stock}
