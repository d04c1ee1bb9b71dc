# task 3: failed
# says: A `with` block returns the connection on return, on raise, always.
"""Closes in the last line, which a refused order never reaches."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    connection = engine.connect()
    stock = connection.execute(
        text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
        {"name": product},
    ).scalar()
    if stock is None:
        raise HTTPException(404, f"The store has no {product}.")
    connection.commit()
    connection.close()
    return {"left": stock}
