# task 3: failed
# says: Commit a sale before its connection is returned:
"""Returns in time, and forgets that a return rolls back."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    with engine.connect() as connection:
        stock = connection.execute(
            text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
            {"name": product},
        ).scalar()
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
