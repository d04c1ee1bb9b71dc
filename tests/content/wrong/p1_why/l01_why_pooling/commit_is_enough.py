# task 2: failed
# says: close() or the end of a `with` block returns it;
"""Believes that a connection's commit returns it."""

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    connection = engine.connect()
    found = connection.execute(
        text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"), {"pattern": f"%{q}%"}
    )
    names = list(found.scalars())
    connection.commit()  # done with it
    return names


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    connection = engine.connect()
    stock = connection.execute(
        text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"), {"name": product}
    ).scalar()
    connection.commit()
    if stock is None:
        raise HTTPException(404, f"The store has no {product}.")
    return {"left": stock}
