# task 3: failed
# says: 404 says that there is no such product
"""Answers 404 whatever goes wrong."""

from sqlalchemy.exc import SQLAlchemyError

# in create_app


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    try:
        with engine.begin() as connection:
            return {"left": connection.scalars(sql, {"name": product}).one()}
    except SQLAlchemyError:
        raise HTTPException(404, f"The store has no {product}.") from None
