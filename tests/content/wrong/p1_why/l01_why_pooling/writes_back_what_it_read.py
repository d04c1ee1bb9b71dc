# task 3: failed
# says: let one UPDATE count down
"""Reads the stock, and writes it back less one."""

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    with engine.begin() as connection:
        stock = connection.scalar(text("SELECT stock FROM products WHERE name = :name"), {"name": product})
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        sql = text("UPDATE products SET stock = :left WHERE name = :name")
        connection.execute(sql, {"left": stock - 1, "name": product})
        return {"left": stock - 1}
