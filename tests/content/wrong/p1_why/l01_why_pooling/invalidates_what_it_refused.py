# task 3: failed
# says: A refusal is no fault of the connection
"""Throws the connection away when an order is refused."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    with engine.connect() as connection:
        stock = connection.scalar(sql, {"name": product})
        if stock is None:
            connection.invalidate()
            raise HTTPException(404, f"The store has no {product}.")
        connection.commit()
        return {"left": stock}
