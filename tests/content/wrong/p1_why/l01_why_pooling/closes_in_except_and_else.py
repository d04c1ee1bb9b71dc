# task 3: failed
# says: An error of the database is a way out too:
"""Closes in `except HTTPException` and in `else`."""


# in create_app
@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    connection = engine.connect()
    try:
        sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
        if (stock := connection.execute(sql, {"name": product}).scalar()) is None:
            raise HTTPException(404, f"The store has no {product}.")
    except HTTPException:
        connection.close()
        raise
    else:
        connection.commit()
        connection.close()
        return {"left": stock}
