# task 2: failed
# says: 3 connections opened
"""Takes invalidate() for a stronger close(): each request connects anew."""

# in create_app


@app.get("/products/{name}")
def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    if (found := session.get(Product, name)) is None:
        raise HTTPException(404, f"The store has no {name}.")
    answer = {"price": found.price, "stock": found.stock}
    session.invalidate()
    return answer
