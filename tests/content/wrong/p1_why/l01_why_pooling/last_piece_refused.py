# task 3: failed
# says: The last piece is sold like any other
"""Takes a stock of 0 for a product that is not there."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    with engine.begin() as connection:
        stock = connection.scalar(sql, {"name": product})
        if not stock:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
