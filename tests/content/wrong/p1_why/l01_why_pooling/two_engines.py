# task 2: failed
# says: The searches share an engine;
"""Makes an engine for searching and another for selling."""

# in create_app

orders = make_engine(database_url)  # for selling


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    with orders.begin() as connection:
        stock = connection.execute(
            text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
            {"name": product},
        ).scalar()
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
