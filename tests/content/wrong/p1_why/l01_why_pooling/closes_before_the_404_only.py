# task 3: failed
# says: An error of the database is a way out too:
"""Closes before the 404 and after the sale, and forgets that the database may fail."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    connection = engine.connect()
    stock = connection.execute(
        text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
        {"name": product},
    ).scalar()
    if stock is None:
        connection.close()
        raise HTTPException(404, f"The store has no {product}.")
    connection.commit()
    connection.close()
    return {"left": stock}
