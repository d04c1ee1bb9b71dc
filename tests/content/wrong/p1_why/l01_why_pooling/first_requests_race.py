# task 2: failed
# says: first requests that come together
# passes in the page, which has no threads
"""Lets the first request make the engine, whoever else is the first."""

from functools import cache

# in create_app


@cache
def engine_made():
    return make_engine(database_url)


@app.get("/products")
def search(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    with engine_made().connect() as connection:
        return list(connection.scalars(sql, {"pattern": f"%{q}%"}))


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    with engine_made().begin() as connection:
        stock = connection.scalar(sql, {"name": product})
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
