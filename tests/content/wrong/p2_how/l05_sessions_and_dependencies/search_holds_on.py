# task 4: failed
# says: from its first query to commit()
"""Ends the transaction of what writes, and not of what reads."""

# in create_app


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    return {"price": found.price, "stock": found.stock}
