# task 2: failed
# says: close() or the end of a `with` block returns it;
"""Believes that a session needs no closing."""

from sqlalchemy.orm import Session

# in create_app


@app.get("/products")
def search(q: str) -> list[str]:
    session = Session(engine)
    return list(
        session.scalars(text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"), {"pattern": f"%{q}%"})
    )


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    session = Session(engine)
    stock = session.scalar(
        text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"), {"name": product}
    )
    if stock is None:
        raise HTTPException(404, f"The store has no {product}.")
    session.commit()
    return {"left": stock}
