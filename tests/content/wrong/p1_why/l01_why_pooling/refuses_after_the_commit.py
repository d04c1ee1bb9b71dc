# task 3: failed
# says: It was refused, and sold all the same
"""Commits first and looks at the stock afterwards."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    with engine.begin() as connection:
        stock = connection.scalar(sql, {"name": product})
    if stock is None or stock < 5:
        raise HTTPException(404, f"The store has no {product}.")
    return {"left": stock}
