# task 3: failed
# says: A statement that fails leaves its connection usable
"""Starts afresh after an error of the database."""

from sqlalchemy.exc import SQLAlchemyError

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    try:
        with engine.begin() as connection:
            stock = connection.scalar(sql, {"name": product})
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
            return {"left": stock}
    except SQLAlchemyError:
        engine.dispose()
        raise
